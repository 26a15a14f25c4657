output "arns" {
  value = [for one in aws_iam_user.person : one.arn]
}

output "region" {
  value = "eu-central-1"
}
