locals {
  users = toset([
    "bob",
    "carol",
  ])
}

resource "aws_iam_user" "this" {
  for_each = local.users
  name     = each.value
}
