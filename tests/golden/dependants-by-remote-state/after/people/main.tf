terraform {
  backend "s3" {
    bucket = "states"
    key    = "people/terraform.tfstate"
    region = "eu-central-1"
  }
}

resource "aws_iam_user" "person" {
  for_each = toset(["bob"])
  name     = each.key
}
