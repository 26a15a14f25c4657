locals {
  roles = { alice = "admin", bob = "reader" }
  by    = transpose({ ops = ["alice", "bob"], dev = ["bob"] })
}
resource "aws_iam_user" "u" {
  for_each = local.by
  name     = each.key
  tags     = { role = lookup(local.roles, each.key, "none") }
}
resource "aws_iam_group_membership" "all" {
  name  = "all"
  group = "all"
  users = values(aws_iam_user.u)[*].name
}
resource "aws_iam_group_membership" "z" {
  name  = "z"
  group = "z"
  users = keys(zipmap(["bob", "alice"], [1, 2]))
}
