resource "aws_iam_group_membership" "x" {
  name  = "x"
  group = "x"
  users = ["bob"]
}