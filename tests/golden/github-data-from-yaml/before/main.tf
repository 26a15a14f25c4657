locals {
  org = yamldecode(file("${path.module}/org.yaml"))
}

resource "github_membership" "all" {
  for_each = { for person in local.org.people : person.login => person }
  username = each.key
  role     = each.value.role
}

resource "github_team" "all" {
  for_each = local.org.teams
  name     = each.key
}

resource "github_team_membership" "all" {
  for_each = merge([for team, logins in local.org.teams : { for login in logins : "${team}/${login}" => { team = team, login = login } }]...)
  team_id  = github_team.all[each.value.team].id
  username = each.value.login
}
