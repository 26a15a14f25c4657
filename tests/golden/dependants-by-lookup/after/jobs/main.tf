variable "role" {
  type    = string
  default = "nightly-export"
}

resource "aws_ssm_parameter" "job" {
  name  = "/jobs/${var.role}"
  type  = "String"
  value = data.aws_iam_role.job.arn
}
