resource "aws_iam_user" "alice" {
  name = "alice"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_iam_user" "bob" {
  name = "bob"

  lifecycle {
    prevent_destroy = true
  }
}
