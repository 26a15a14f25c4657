locals {
  data = yamldecode(file("${path.module}/people.yaml"))
}

resource "aws_iam_user" "person" {
  for_each = local.data.people
  name     = each.key
}

resource "aws_iam_group_membership" "flow" {
  name  = "flow"
  group = "flow"
  users = local.data.flow
}

resource "aws_iam_group_membership" "alias" {
  name  = "alias"
  group = "alias"
  users = local.data.alias
}

resource "aws_iam_group_membership" "records" {
  name  = "records"
  group = "records"
  users = [for r in local.data.records : r.name]
}
