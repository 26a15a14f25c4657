variable "production" {
  type    = bool
  default = true
}

locals {
  admins  = var.production ? ["bob"] : ["carol"]
  viewers = var.production ? ["bob"] : ["alice"]
}

resource "aws_iam_group_membership" "admins" {
  name  = "admins"
  group = "admins"
  users = local.admins
}

# The other branch: nobody's as long as production is true.
resource "aws_iam_group_membership" "viewers" {
  name  = "viewers"
  group = "viewers"
  users = local.viewers
}

resource "aws_iam_user" "deputy" {
  name = !var.production ? "alice" : "bob"
}

resource "aws_iam_user" "tester" {
  count = var.production ? 0 : 1
  name  = "alice"
  path  = "/test/"
}
