variable "admins" {
  type    = string
  default = "bob,carol"
}

resource "aws_iam_user" "admin" {
  for_each = toset(split(",", var.admins))
  name     = each.key
}

resource "aws_iam_group_membership" "viewers" {
  name  = "viewers"
  group = "viewers"
  users = [for who in split(";", " bob") : trimspace(who)]
}

resource "aws_iam_group_membership" "leads" {
  name  = "leads"
  group = "leads"
  users = concat(split(",", "alice"), ["dave"])
}
