data "aws_caller_identity" "current" {}

# Who may deploy by hand.
resource "aws_iam_role" "deploy" {
  name = "deploy"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "People"
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          AWS = [
            aws_iam_user.person["alice"].arn,
            aws_iam_user.person["bob"].arn,
          ]
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "deploy" {
  name = "deploy"
  role = aws_iam_role.deploy.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.artifacts.arn}/*"
      },
    ]
  })
}

resource "aws_s3_bucket" "artifacts" {
  bucket = var.artifacts_bucket
}

# Written by hand in the console once and pasted here.
resource "aws_s3_bucket_policy" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Publish",
          "Effect": "Allow",
          "Principal": {
            "AWS": [
              "arn:aws:iam::${data.aws_caller_identity.current.account_id}:user/people/alice",
              "arn:aws:iam::${data.aws_caller_identity.current.account_id}:user/people/bob"
            ]
          },
          "Action": ["s3:GetObject", "s3:PutObject"],
          "Resource": "arn:aws:s3:::${var.artifacts_bucket}/*"
        }
      ]
    }
  POLICY

  depends_on = [aws_iam_user.person]
}
