locals {
  people = {
    alice = { team = "web", storage = true }
    bob   = { team = "data", storage = true }
  }
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

resource "aws_iam_user_group_membership" "person" {
  for_each = local.people
  user     = aws_iam_user.person[each.key].name
  groups   = [each.value.team]
}
