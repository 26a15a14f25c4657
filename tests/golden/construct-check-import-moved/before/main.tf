provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}

variable "admins" {
  type    = list(string)
  default = ["alice", "bob"]
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

# Alice, platform lead.
# Ask her about everything.
resource "aws_iam_user" "alice" {
  provider = aws.eu
  name     = "alice"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_access_key" "alice" { # key of alice
  user = aws_iam_user.alice.name
}

resource "aws_iam_user_policy_attachment" "alice" {
  user       = aws_iam_user.alice.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

output "alice_key" {
  value     = aws_iam_access_key.alice.secret
  sensitive = true
}

moved {
  from = aws_iam_user.alison
  to   = aws_iam_user.alice
}

import {
  to = aws_iam_user.alice
  id = "alice"
}

check "alice" {
  assert {
    condition     = aws_iam_user.alice.name == "alice"
    error_message = "gone"
  }
}

resource "aws_iam_user" "bob" {
  name = "bob"
}
