locals {
  people = toset(["alice", "bob"])
  arns   = [aws_iam_user.person["alice"].arn, aws_iam_user.person["bob"].arn]
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

resource "aws_iam_user" "alice_admin" {
  name = "alice"
  path = "/admin/"
}

resource "aws_iam_group" "admins" {
  name = "admins"

  depends_on = [
    aws_iam_user.alice_admin,
    aws_iam_user.person,
  ]
}

output "by_name" {
  value = {
    alice = { arn = aws_iam_user.person["alice"].arn, team = "web" }
    bob   = { arn = aws_iam_user.person["bob"].arn, team = "web" }
  }
}

output "arns" {
  value = local.arns
}
