variable "users" {
  type    = list(string)
  default = ["alice", "bob", "carol"]
}

resource "aws_iam_user" "user" {
  count = length(var.users)
  name  = var.users[count.index]
}

resource "aws_iam_user_group_membership" "user" {
  count  = length(var.users)
  user   = aws_iam_user.user[count.index].name
  groups = ["staff"]
}
