resource "aws_iam_user" "bob" {
  name = "bob"
}

# It is nobody's access, and it cannot stand without her.
resource "aws_s3_bucket" "scratch" {
  bucket = "scratch-${aws_iam_user.alice.name}"
}

module "archive" {
  source = "./archive"
  owner  = aws_iam_user.alice.name
}
