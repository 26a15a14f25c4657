resource "aws_iam_user" "bob" {
  name = "bob"

  lifecycle {
    prevent_destroy = true
  }
}
