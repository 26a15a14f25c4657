# Questions: alice@example.com.
resource "aws_iam_user" "bob" {
  name = "bob"
}
