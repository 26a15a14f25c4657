resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_group_membership" "staff" {
  name  = "staff"
  group = "staff"
  users = ["alice", "bob"]
}
