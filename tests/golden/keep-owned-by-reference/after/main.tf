# Her own bucket.
resource "aws_s3_bucket" "alice" {
  bucket = "example-${aws_iam_user.alice.name}"
}
