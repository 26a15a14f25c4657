variable "admins" {
  type = list(string)
}

variable "auditors" {
  type    = list(string)
  default = ["dave"]
}

resource "aws_iam_group_membership" "admins" {
  name  = "admins"
  group = "admins"
  users = concat(var.admins, var.auditors)
}

resource "aws_iam_user_policy_attachment" "admin" {
  for_each   = toset(concat(var.admins, var.auditors))
  user       = each.value
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
