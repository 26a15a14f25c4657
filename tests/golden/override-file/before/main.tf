resource "aws_iam_user" "oncall" {
  name = "placeholder"
}

resource "aws_iam_user" "bob" {
  name = "bob"
}
