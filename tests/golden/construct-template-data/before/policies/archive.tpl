{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::${bucket}/*",
      "Principal": {
        "AWS": [
          "arn:aws:iam::111122223333:user/alice",
          "${writer}"
        ]
      }
    }
  ]
}
