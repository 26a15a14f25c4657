# Her user was taken out of the code, and nobody has applied that yet.
resource "aws_iam_user" "bob" {
  name = "bob"
}
