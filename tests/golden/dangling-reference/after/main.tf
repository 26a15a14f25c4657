resource "aws_ssm_parameter" "uploader" {
  name  = "/uploader/key"
  type  = "SecureString"
  value = aws_iam_access_key.alice.secret
}
