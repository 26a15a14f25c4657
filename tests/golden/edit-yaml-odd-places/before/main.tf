locals {
  cfg = yamldecode(file("${path.module}/people.yaml"))
}
resource "aws_iam_user" "u" {
  for_each = { for p in local.cfg.people : p.name => p }
  name     = each.key
}
resource "aws_iam_group_membership" "m" {
  for_each = local.cfg.groups
  name     = each.key
  group    = each.key
  users    = each.value
}
