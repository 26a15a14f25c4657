variable "oncall" {
  type = string
}

resource "aws_iam_user" "alice" {
  name = "alice"
}

data "aws_iam_user" "oncall" {
  user_name = var.oncall
}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = data.aws_iam_user.oncall.arn }
    }]
  })
}
