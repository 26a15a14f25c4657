variable "owner" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = "archive-${var.owner}"
}
