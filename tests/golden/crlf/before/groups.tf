resource "aws_iam_group_membership" "developers" {
  name  = "developers"
  group = "developers"
  users = [
    "bob",
    "alice"
  ]
}
