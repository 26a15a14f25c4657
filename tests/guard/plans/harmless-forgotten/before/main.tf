resource "aws_iam_user" "person" {
  for_each = toset(["alice"])
  name     = each.key
}
