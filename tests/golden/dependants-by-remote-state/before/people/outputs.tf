output "arns" {
  value = [for one in aws_iam_user.person : one.arn]
}

output "on_call" {
  value = aws_iam_user.person["alice"].arn
}

output "region" {
  value = "eu-central-1"
}
