resource "aws_iam_user" "shadowed" {
  name = "alice"
}
