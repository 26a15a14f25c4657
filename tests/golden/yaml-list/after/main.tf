locals {
  people = yamldecode(file("${path.module}/people.yaml")).people
}

resource "aws_iam_user" "person" {
  for_each = toset(local.people)
  name     = each.key
}

resource "aws_iam_user_group_membership" "person" {
  for_each = toset(local.people)
  user     = each.key
  groups   = ["staff"]

  depends_on = [aws_iam_user.person]
}
