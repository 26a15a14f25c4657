# Whoever stands fourth takes the place of who leaves.
resource "aws_iam_group_membership" "first" {
  name  = "first"
  group = "first"
  users = slice(["alice", "bob", "carol", "dan"], 0, 3)
}

resource "aws_iam_group_membership" "all" {
  name  = "all"
  group = "all"
  users = ["alice", "bob"]
}
