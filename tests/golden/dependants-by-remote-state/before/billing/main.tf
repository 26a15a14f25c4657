data "terraform_remote_state" "people" {
  backend = "s3"
  config = {
    bucket = "states"
    key    = "people/terraform.tfstate"
    region = "eu-central-1"
  }
}

locals {
  on_call = data.terraform_remote_state.people.outputs.on_call
}

output "on_call" {
  value = local.on_call
}
