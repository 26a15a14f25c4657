variable "admins" {
  type = list(string)
}

resource "aws_iam_group_membership" "admins" {
  name  = "admins"
  group = "admins"
  users = var.admins
}
