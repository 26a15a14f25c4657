locals {
  account = read_terragrunt_config(find_in_parent_folders("account.hcl"))
  people  = yamldecode(file(find_in_parent_folders("people.yaml")))
}

inputs = {
  account_id = local.account.locals.account_id
  admins     = local.people.admins
}
