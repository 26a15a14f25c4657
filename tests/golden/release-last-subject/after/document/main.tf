variable "subjects" {
  type    = list(string)
  default = ["repo:example/payments:*"]
}

# It lets in another service, too: only the statement goes.
resource "aws_iam_role" "kept" {
  name = "kept"
  assume_role_policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ec2.amazonaws.com" }
      },
    ]
  })
}
