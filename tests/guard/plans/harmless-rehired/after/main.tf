resource "aws_iam_user" "dora" {
  name = "dora"
}
