resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob"])
  name     = each.key
}
