output "people" {
  description = "ARN of everybody by name."
  value       = { for name, user in aws_iam_user.person : name => user.arn }
}

output "deploy_role" {
  value = aws_iam_role.deploy.arn
}
