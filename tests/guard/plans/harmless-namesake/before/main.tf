resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob", "carol"])
  name     = each.key
}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = ["arn:aws:iam::111122223333:user/bob"] }
    }]
  })
}
