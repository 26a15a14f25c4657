output "bob" {
  value = aws_iam_user.bob.arn
}

# For the vault.
output "alice_secret" {
  value     = aws_iam_access_key.alice.secret
  sensitive = true
}
