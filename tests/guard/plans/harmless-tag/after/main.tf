resource "aws_iam_user" "robot" {
  name = "robot"
  tags = {
    Owner = "alice@example.com"
  }
}
