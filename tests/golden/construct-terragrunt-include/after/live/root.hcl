locals {
  admins = ["bob"]
}

inputs = {
  common = local.admins
}
