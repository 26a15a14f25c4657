provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}

variable "admins" {
  type    = list(string)
  default = ["bob"]
}

data "aws_iam_policy_document" "d" {
  provider = aws.eu
  dynamic "statement" {
    for_each = var.admins
    iterator = who
    content {
      sid     = "For${title(who.value)}"
      actions = ["s3:*"]
      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::111122223333:user/${who.value}"]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "b" {
  provider = aws.eu
  bucket   = "b"
  policy   = data.aws_iam_policy_document.d.json
}

moved {
  from = aws_iam_user.alison
  to   = aws_iam_user.alice
}

resource "aws_iam_user" "bob" {
  name = "bob"
}
