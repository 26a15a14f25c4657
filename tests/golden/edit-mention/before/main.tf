# Questions: alice@example.com.
resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_user" "alice" {
  name = "alice" # alice@example.com
}
