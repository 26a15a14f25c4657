resource "aws_s3_bucket_policy" "reports" {
  bucket = "reports"
  policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": { "AWS": "*" },
          "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::reports/public/*"
        }
      ]
    }
  POLICY
}
