resource "aws_iam_user" "oncall" {
  name = "alice"
}
