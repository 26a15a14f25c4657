# Who stands here is not known in full before apply, and is nobody's user: nothing to decide.
data "aws_elb_service_account" "here" {}

resource "aws_cloudfront_origin_access_identity" "site" {}

data "aws_iam_policy_document" "site" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::site/*"]
    principals {
      type        = "AWS"
      identifiers = [aws_cloudfront_origin_access_identity.site.iam_arn]
    }
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::site/logs/*"]
    principals {
      type = "AWS"
      identifiers = [
        data.aws_elb_service_account.here.arn,
        "arn:aws:iam::111122223333:user/alice",
      ]
    }
  }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = "site"
  policy = data.aws_iam_policy_document.site.json
}
