variable "lead" {
  type = string
}

variable "deputy" {
  type = string
}

variable "people" {
  type = set(string)
}

resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "lead" {
  name = var.lead
}

resource "aws_iam_user" "deputy" {
  name = var.deputy
}

resource "aws_iam_user" "person" {
  for_each = var.people
  name     = "x-${each.key}"
}

resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = [var.deputy, var.lead]
}

module "access" {
  source = "./access"
  people = [var.lead]
}
