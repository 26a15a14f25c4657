resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob", "carol"])
  name     = each.key
}

resource "aws_iam_group_membership" "old" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = ["bob"]
}
