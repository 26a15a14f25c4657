resource "aws_iam_user" "person" {
  for_each = toset(local.people)
  name     = each.key
}

resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = "oncall"
  users = ["bob"]
}
