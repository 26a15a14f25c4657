resource "aws_s3_bucket_policy" "b" {
  bucket = "b"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = ["arn:aws:iam::111122223333:user/bob"] }, Action = "s3:*", Resource = "*" },
      { Effect = "Deny", Principal = { AWS = ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob"] }, Action = "s3:DeleteBucket", Resource = "*" },
    ]
  })
}
