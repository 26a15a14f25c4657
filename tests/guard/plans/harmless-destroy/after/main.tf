resource "aws_iam_user" "person" {
  for_each = toset(["bob"])
  name     = each.key
}
