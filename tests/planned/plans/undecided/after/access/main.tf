variable "people" {
  type = list(string)
}

resource "aws_iam_group" "admins" {
  name = "admins"
}

resource "aws_iam_user_group_membership" "person" {
  for_each = toset(var.people)
  user     = each.key
  groups   = [aws_iam_group.admins.name]
}
