output "bob" {
  value = aws_iam_user.bob.arn
}
