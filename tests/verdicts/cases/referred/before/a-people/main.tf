provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob"])
  name     = each.key
}

output "names" {
  value = [for one in aws_iam_user.person : one.name]
}

output "lead" {
  value = aws_iam_user.person["alice"].arn
}
