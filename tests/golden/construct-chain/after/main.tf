provider "aws" {
  alias               = "people"
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}

locals {
  teams = {
    red  = ["bob"]
    blue = ["carol"]
  }
}

module "org" {
  source = "./org"
  teams  = local.teams

  providers = {
    aws = aws.people
  }
}

resource "aws_iam_group_membership" "everybody" {
  name  = "everybody"
  group = "everybody"
  users = flatten(values(module.org.names))
}
