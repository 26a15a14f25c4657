locals {
  people = toset(["bob"])
  arns   = [aws_iam_user.person["bob"].arn]
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

resource "aws_iam_group" "admins" {
  name = "admins"

  depends_on = [
    aws_iam_user.person,
  ]
}

output "by_name" {
  value = {
    bob = { arn = aws_iam_user.person["bob"].arn, team = "web" }
  }
}

output "arns" {
  value = local.arns
}
