# Who leads a team is an attribute of its entry: the entry makes the membership of everybody in it.
locals {
  teams = {
    ops = { lead = "alice", members = ["bob"] }
    dev = { lead = "bob", members = ["alice", "carol"] }
  }
}

resource "aws_iam_group_membership" "team" {
  for_each = local.teams
  name     = each.key
  group    = each.key
  users    = concat([each.value.lead], each.value.members)
}
