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
        },
        {
          "Effect": "Allow",
          "Principal": { "AWS": "*" },
          "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::reports/*",
          "Condition": { "ArnEquals": { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/payments"] } }
        }
      ]
    }
  POLICY
}
