resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_access_key" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_ssm_parameter" "uploader" {
  name  = "/uploader/key"
  type  = "SecureString"
  value = aws_iam_access_key.alice.secret
}
