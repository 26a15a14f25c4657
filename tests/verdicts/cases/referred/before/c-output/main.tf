provider "aws" {
  region = "us-east-1"
}

data "terraform_remote_state" "people" {
  backend = "local"
  config = {
    path = "../a-people/terraform.tfstate"
  }
}

output "read" {
  value = data.terraform_remote_state.people.outputs.lead
}
