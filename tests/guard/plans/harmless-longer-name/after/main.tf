resource "aws_iam_user" "person" {
  for_each = toset(["alice-archive", "malice", "alice.b"])
  name     = each.key
}
