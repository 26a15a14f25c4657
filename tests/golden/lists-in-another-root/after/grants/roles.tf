locals {
  admins     = ["bob"]
  developers = ["bob", "carol"]
}

data "aws_iam_user" "admin" {
  for_each  = toset(local.admins)
  user_name = each.value
}

data "aws_iam_user" "developer" {
  for_each  = toset(local.developers)
  user_name = each.value
}

resource "aws_iam_role" "admin" {
  name = "admin"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = [for user in data.aws_iam_user.admin : user.arn] }
    }]
  })
}

resource "aws_iam_group_membership" "developers" {
  name  = "developers"
  group = "developers"
  users = local.developers
}
