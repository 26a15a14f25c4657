resource "aws_s3_bucket_policy" "b" {
  bucket = "b"
  policy = templatefile("${path.module}/p.tpl", { who = ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/carol"] })
}
resource "aws_s3_bucket_policy" "b2" {
  bucket = "b2"
  policy = templatefile("${path.module}/p.tpl", { who = ["arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:user/carol"] })
}
