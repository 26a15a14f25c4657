resource "aws_s3_bucket_policy" "e" {
  bucket = "e"
  policy = templatefile("${path.module}/p.tpl", { who = "alice", other = "carol" })
}
resource "aws_s3_bucket_policy" "e2" {
  bucket = "e2"
  policy = templatefile("${path.module}/p.tpl", { who = "dave", other = "alice" })
}
