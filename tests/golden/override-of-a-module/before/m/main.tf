variable "name" {}
resource "aws_iam_user" "u" {
  name = var.name
}
resource "aws_iam_access_key" "u" {
  user = aws_iam_user.u.name
}
