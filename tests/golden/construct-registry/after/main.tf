module "teams" {
  source  = "example/teams/aws"
  version = "1.2.3"

  for_each = {
    red  = ["alice", "bob"]
    blue = ["carol"]
  }

  members = each.value
  owner   = { login = "bob", backup = ["alice"] }
}
