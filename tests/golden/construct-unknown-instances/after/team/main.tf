variable "lead" {
  type = string
}

resource "aws_iam_group_membership" "lead" {
  name  = "lead"
  group = "lead"
  users = [var.lead]
}
