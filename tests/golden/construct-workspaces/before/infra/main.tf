locals {
  env = terraform.workspace

  admins = {
    prod    = ["alice", "bob"]
    staging = ["carol"]
  }

  owner = lookup({ prod = "bob", staging = "carol" }, local.env, "nobody")
}

resource "aws_iam_user" "admin" {
  for_each = toset(local.admins[terraform.workspace])
  name     = each.key
}

resource "aws_iam_group_membership" "leads" {
  count = terraform.workspace == "staging" ? 1 : 0

  name  = "leads"
  group = "leads"
  users = ["alice", "dave"]
}

resource "aws_iam_user" "auditor" {
  name = yamldecode(file("${path.module}/people/${terraform.workspace}.yaml")).auditor
}
