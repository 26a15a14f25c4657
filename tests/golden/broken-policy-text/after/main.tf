# A file that lost its text is not a policy that names nobody: Terraform refuses it.
resource "aws_iam_role" "blank" {
  name               = "blank"
  assume_role_policy = file("${path.module}/blank.json")
}

resource "aws_iam_role" "words" {
  name               = "words"
  assume_role_policy = "to be written"
}

# An optional document that is not given.
resource "aws_s3_bucket_policy" "none" {
  bucket = "b"
  policy = ""
}
