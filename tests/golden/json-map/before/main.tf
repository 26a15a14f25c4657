locals {
  people = jsondecode(file("${path.module}/people.json"))
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
  tags     = { email = each.value.email }
}

resource "aws_iam_user_group_membership" "person" {
  for_each = local.people
  user     = aws_iam_user.person[each.key].name
  groups   = each.value.groups
}
