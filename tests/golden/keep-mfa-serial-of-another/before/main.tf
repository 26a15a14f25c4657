# Only bob may enter, and only with the device that alice registered for him.
resource "aws_iam_role" "vault" {
  name = "vault"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::111122223333:user/bob" }
      Condition = {
        ArnEquals = { "aws:MultiFactorAuthSerial" = "arn:aws:iam::111122223333:mfa/alice" }
      }
    }]
  })
}
