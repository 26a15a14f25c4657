resource "aws_s3_bucket_policy" "c" {
  for_each = { one = "alice", two = "carol" }
  bucket   = each.key
  policy   = templatefile("${path.module}/p.tpl", { who = each.value })
}
