# Who else may enter the first role is not known: it stays, although it is released.
variable "more" {}

resource "aws_iam_role" "one" {
  name = "one"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:user/alice" }
      },
    ], var.more)
  })
}

resource "aws_iam_role" "two" {
  name = "two"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:user/alice" }
      },
    ]
  })
}
