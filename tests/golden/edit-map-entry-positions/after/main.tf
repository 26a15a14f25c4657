locals {
  first  = { bob = "data" }
  middle = { bob = "data", carol = "web" }
  last   = { bob = "data" }
  only   = {}
  lines = {
    bobby = "data"
  }
}

resource "aws_iam_user_group_membership" "first" {
  for_each = local.first
  user     = each.key
  groups   = [each.value]
}

resource "aws_iam_user_group_membership" "middle" {
  for_each = local.middle
  user     = each.key
  groups   = [each.value]
}

resource "aws_iam_user_group_membership" "last" {
  for_each = local.last
  user     = each.key
  groups   = [each.value]
}

resource "aws_iam_user_group_membership" "only" {
  for_each = local.only
  user     = each.key
  groups   = [each.value]
}

resource "aws_iam_user_group_membership" "lines" {
  for_each = local.lines
  user     = each.key
  groups   = [each.value]
}
