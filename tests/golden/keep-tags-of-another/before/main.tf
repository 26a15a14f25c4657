resource "aws_iam_user" "bob" {
  name = "bob"

  tags = {
    alice     = "alice"
    CreatedBy = "arn:aws:iam::111122223333:user/alice"
  }
}

resource "aws_iam_role" "pipeline" {
  name = "pipeline"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::111122223333:user/bob" }
    }]
  })

  tags = {
    owner   = "alice@example.com"
    contact = aws_iam_user.alice.name
  }
}

resource "aws_iam_user" "alice" {
  name = "alice"
}
