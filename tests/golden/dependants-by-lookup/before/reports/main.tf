data "aws_iam_role" "export" {
  name = "nightly-export"
}

data "aws_iam_role" "report" {
  name = "weekly-report"
}

output "export" {
  value = data.aws_iam_role.export.arn
}

output "report" {
  value = data.aws_iam_role.report.arn
}
