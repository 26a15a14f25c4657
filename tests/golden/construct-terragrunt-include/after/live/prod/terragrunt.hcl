include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

locals {
  extra = { "carol" = {} }
}

terraform {
  source = "../../modules/users"
}

inputs = {
  people = merge({ for a in include.root.locals.admins : a => {} }, local.extra)
}
