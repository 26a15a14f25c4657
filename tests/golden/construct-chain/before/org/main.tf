variable "teams" {
  type = map(set(string))
}

module "team" {
  source   = "../team"
  for_each = var.teams
  people   = each.value
}

output "names" {
  value = { for name, team in module.team : name => team.names }
}
