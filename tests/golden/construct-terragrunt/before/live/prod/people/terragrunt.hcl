include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

terraform {
  source = "${get_repo_root()}//modules/people"
}

locals {
  viewers = ["alice", "carol"]
}

inputs = {
  viewers = concat(local.viewers, include.root.locals.people.leads)
}
