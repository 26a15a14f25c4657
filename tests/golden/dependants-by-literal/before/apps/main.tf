provider "aws" {
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/deployer"
  }
}

variable "deployer" {
  type    = string
  default = "arn:aws:iam::111122223333:role/deployer"
}

resource "aws_ssm_parameter" "deployer" {
  name  = "/deployer"
  type  = "String"
  value = var.deployer
}

resource "aws_iam_policy" "pass" {
  name = "pass"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "iam:PassRole"
      Resource = ["arn:aws:iam::111122223333:role/deployer", "arn:aws:iam::111122223333:role/builder"]
    }]
  })
}

resource "aws_launch_template" "runner" {
  name      = "runner"
  user_data = base64encode("aws sts assume-role --role-arn arn:aws:iam::111122223333:role/builder")
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule  = "nightly"
  arn   = "arn:aws:states:eu-central-1:111122223333:stateMachine:nightly"
  input = "{\"role\": \"arn:aws:iam::111122223333:role/deployer\"}"
}
