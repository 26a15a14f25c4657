locals {
  people = [
    { name = "alice", team = "web" },
    { name = "bob", team = "web" },
    { name = "carol", team = "data" },
  ]

  members = { for person in local.people : person.team => person.name... }
  teams_of = { for person in local.people : person.name => person.team... if person.team != "none" }
}

resource "aws_iam_group_membership" "team" {
  for_each = local.members
  name     = each.key
  group    = each.key
  users    = each.value
}

resource "aws_iam_user_group_membership" "person" {
  for_each = local.teams_of
  user     = each.key
  groups   = each.value
}
