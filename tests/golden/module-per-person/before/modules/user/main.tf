variable "username" {
  type = string
}

variable "groups" {
  type    = list(string)
  default = []
}

resource "aws_iam_user" "this" {
  name = var.username
}

resource "aws_iam_user_group_membership" "this" {
  count  = length(var.groups) > 0 ? 1 : 0
  user   = aws_iam_user.this.name
  groups = var.groups
}

output "user" {
  value = aws_iam_user.this.arn
}
