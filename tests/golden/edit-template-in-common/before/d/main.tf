resource "aws_s3_bucket_policy" "d" {
  bucket = "d"
  policy = templatefile("${path.module}/p.tpl", { who = "alice" })
}
