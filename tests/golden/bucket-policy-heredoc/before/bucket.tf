resource "aws_s3_bucket_policy" "reports" {
  bucket = "reports"
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "First",
      "Effect": "Allow",
      "Principal": {
        "AWS": [
          "arn:aws:iam::111122223333:user/alice",
          "arn:aws:iam::111122223333:user/bob"
        ]
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::reports/*"
    },
    {
      "Sid": "Middle",
      "Effect": "Allow",
      "Principal": { "AWS": ["arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/carol"] },
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::reports/*"
    },
    {
      "Sid": "Only",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:user/alice"
      },
      "Action": "s3:DeleteObject",
      "Resource": "arn:aws:s3:::reports/*"
    },
    {
      "Sid": "Last",
      "Effect": "Allow",
      "Principal": {
        "AWS": [
          "arn:aws:iam::111122223333:user/bob",
          "arn:aws:iam::111122223333:user/alice"
        ]
      },
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::reports"
    }
  ]
}
POLICY
}
