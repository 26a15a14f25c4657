# Made of how many there are: without alice, bob gets something and loses something.
locals {
  admins = ["alice", "bob"]
}

resource "aws_iam_user" "admin" {
  for_each = toset(local.admins)
  name     = each.key
}

resource "aws_iam_group_membership" "emergency" {
  name  = "emergency"
  group = "emergency"
  users = length(local.admins) > 1 ? ["carol"] : ["carol", "bob"]
}

resource "aws_iam_group_membership" "pair" {
  name  = "pair"
  group = "pair"
  users = length(local.admins) > 1 ? ["bob", "carol"] : ["carol"]
}
