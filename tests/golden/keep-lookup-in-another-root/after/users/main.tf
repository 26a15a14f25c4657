locals {
  users = toset(["bob"])
}
resource "aws_iam_user" "u" {
  for_each = local.users
  name     = each.key
}
