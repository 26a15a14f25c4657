locals {
  admins = ["bob", "alice"]
}

inputs = {
  common = local.admins
}
