resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob", "carol"])
  name     = each.key
}

variable "readers" {
  type      = list(string)
  sensitive = true
  default   = ["alice", "bob"]
}

resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = var.readers
}
