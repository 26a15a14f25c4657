resource "aws_iam_user" "cached" { name = "alice" }
