variable "lead" {
  type    = string
  default = "alice@example.com"
}

variable "writer" {
  type    = string
  default = "arn:aws:iam::111122223333:user/alice"
}

# Nothing is made of it.
variable "contact" {
  type    = string
  default = "alice@example.com"
}

resource "aws_s3_bucket_policy" "inbox" {
  bucket = "inbox"
  policy = templatefile("${path.module}/inbox.json.tftpl", { writer = var.writer })
}
