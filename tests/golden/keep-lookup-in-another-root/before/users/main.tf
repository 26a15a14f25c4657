locals {
  users = toset(["alice", "bob"])
}
resource "aws_iam_user" "u" {
  for_each = local.users
  name     = each.key
}
