data "terraform_remote_state" "people" {
  backend = "s3"
  config = {
    bucket = "states"
    key    = "people/terraform.tfstate"
    region = "eu-central-1"
  }
}

resource "aws_ssm_parameter" "people" {
  name  = "/people"
  type  = "StringList"
  value = join(",", data.terraform_remote_state.people.outputs.arns)
}

resource "aws_ssm_parameter" "region" {
  name  = "/region"
  type  = "String"
  value = data.terraform_remote_state.people.outputs.region
}
