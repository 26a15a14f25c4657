resource "aws_s3_bucket_policy" "c" {
  bucket = "c"
  policy = templatefile("${path.module}/p.tpl", { who = "arn:aws:iam::111122223333:user/alice" })
}
resource "aws_s3_bucket_policy" "d" {
  bucket = "d"
  policy = templatefile("${path.module}/p.tpl", { who = "arn:aws:iam::111122223333:user/carol" })
}
