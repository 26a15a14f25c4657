provider "aws" {
  region = "us-east-1"
}

data "aws_iam_user" "lead" {
  user_name = "alice"
}

output "lead" {
  value = data.aws_iam_user.lead.arn
}
