variable "stage" {
  type = string
}

locals {
  keys = jsondecode(file("${path.module}/keys.json"))
}

# The module is not in the tree, and which of the lists it is given is not known.
module "jump_host" {
  source  = "example.org/network/jump-host/aws"
  version = "2.1.0"

  public_keys = local.keys[var.stage]
}

module "other_host" {
  source  = "example.org/network/jump-host/aws"
  version = "2.1.0"

  public_keys = lookup({ test = ["bob"] }, var.stage, [])
}
