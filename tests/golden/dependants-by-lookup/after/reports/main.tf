data "aws_iam_role" "report" {
  name = "weekly-report"
}

output "report" {
  value = data.aws_iam_role.report.arn
}
