# alice wrote this in 2019
resource "aws_iam_user" "robot" {
  name = "alice-robot"
  path = "/alice/"

  tags = {
    owner   = "alice@example.com"
    Name    = "alice"
    contact = "alice"
  }
}

resource "aws_iam_user" "al" {
  name = "al"
}

resource "aws_iam_role" "alice" {
  name        = "alice"
  description = "made by alice"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = ["arn:aws:iam::111122223333:user/alice-robot", "arn:aws:iam::111122223333:user/bob/alice2", "arn:aws:iam::111122223333:root"] }
    }]
  })
}

resource "aws_iam_group_membership" "robots" {
  name  = "alice"
  group = "alice"
  users = ["alice-robot", "malice", "ALICE2"]
}
