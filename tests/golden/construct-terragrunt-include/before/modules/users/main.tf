variable "people" { type = any }
resource "aws_iam_user" "u" {
  for_each = var.people
  name     = each.key
}
