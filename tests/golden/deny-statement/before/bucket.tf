resource "aws_s3_bucket_policy" "payroll" {
  bucket = "payroll"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "NotThem"
        Effect    = "Deny"
        Principal = { AWS = ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob"] }
        Action    = "s3:*"
        Resource  = "arn:aws:s3:::payroll/*"
      },
      {
        Sid          = "OnlyThem"
        Effect       = "Deny"
        NotPrincipal = { AWS = ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:root"] }
        Action       = "s3:PutObject"
        Resource     = "arn:aws:s3:::payroll/*"
      },
    ]
  })
}
