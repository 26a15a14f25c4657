resource "aws_s3_bucket_policy" "a" {
  bucket = "a"
  policy = jsonencode({ Statement = [for who in ["alice", "carol"] : jsondecode(templatefile("${path.module}/s.tpl", { who = who }))] })
}
