# One principal of two, in a heredoc.
resource "aws_s3_bucket_policy" "heredoc" {
  bucket = "one"
  policy = <<-EOT
    {
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::one/*",
          "Principal": {
            "AWS": [
              "arn:aws:iam::111122223333:user/bob",
              "arn:aws:iam::111122223333:user/alice"
            ]
          }
        }
      ]
    }
  EOT
}

# A whole statement, in a quoted string.
resource "aws_s3_bucket_policy" "quoted" {
  bucket = "two"
  policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:user/alice\"}}, {\"Effect\": \"Allow\", \"Action\": \"*\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:user/bob\"}}]}"
}

# The only principal of its type, with another type beside it.
resource "aws_s3_bucket_policy" "typed" {
  bucket = "three"
  policy = jsonencode({
    Statement = [{
      Effect = "Allow"
      Action = "*"
      Principal = {
        AWS     = ["arn:aws:iam::111122223333:user/alice"]
        Service = "delivery.logs.amazonaws.com"
      }
    }]
  })
}

# One value of two of a condition.
resource "aws_iam_role" "deploy" {
  name = "deploy"

  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "111122223333" }
      Condition = {
        ArnEquals = {
          "aws:PrincipalArn" = [
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::111122223333:user/bob",
          ]
        }
      }
    }]
  })
}
