variable "people" {
  type = set(string)
}

resource "aws_iam_user" "person" {
  for_each = var.people
  name     = each.key
}

moved {
  from = aws_iam_user.alice
  to   = aws_iam_user.person["alice"]
}
