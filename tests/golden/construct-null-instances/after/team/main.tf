variable "lead" {
  type = string
}

resource "aws_iam_user" "lead" {
  name = var.lead
}
