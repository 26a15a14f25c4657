# Somebody has to say what becomes of it.
resource "aws_s3_bucket" "logs" {
  bucket = "logs-of-${aws_iam_role.deploy.name}"
}
