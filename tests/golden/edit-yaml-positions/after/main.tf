locals {
  teams = yamldecode(file("${path.module}/teams.yaml"))
}

resource "aws_iam_group_membership" "team" {
  for_each = local.teams.lists
  name     = each.key
  group    = each.key
  users    = each.value
}

resource "aws_iam_user_group_membership" "person" {
  for_each = { for person in local.teams.people : person.name => person }
  user     = each.key
  groups   = [each.value.team]
}

resource "aws_iam_user_group_membership" "nested" {
  for_each = local.teams.nested.by_team.web
  user     = each.key
  groups   = ["web"]
}
