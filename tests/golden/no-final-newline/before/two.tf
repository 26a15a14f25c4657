resource "aws_iam_access_key" "alice" {
  user = "alice"
}