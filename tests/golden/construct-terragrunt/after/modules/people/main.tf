variable "account_id" {
  type = string
}

variable "admins" {
  type = set(string)
}

variable "viewers" {
  type    = list(string)
  default = []
}

resource "aws_iam_user" "admin" {
  for_each = var.admins
  name     = each.key
}

resource "aws_iam_group_membership" "viewers" {
  name  = "viewers"
  group = "viewers"
  users = var.viewers
}
