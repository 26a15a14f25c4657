locals {
  bob = ["arn:aws:iam::111122223333:user/bob"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = concat([], local.bob)
    }
  }
}

resource "aws_iam_role" "document" {
  name               = "document"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role" "encoded" {
  name = "encoded"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = concat(local.bob, []) }
    }]
  })
}

data "aws_iam_policy_document" "two_blocks" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = local.bob
    }
  }
}

resource "aws_s3_bucket_policy" "two_blocks" {
  bucket = "reports"
  policy = data.aws_iam_policy_document.two_blocks.json
}

# Nobody else: the statement goes.
data "aws_iam_policy_document" "nobody_else" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = local.bob
    }
  }
}

resource "aws_s3_bucket_policy" "nobody_else" {
  bucket = "archive"
  policy = data.aws_iam_policy_document.nobody_else.json
}
