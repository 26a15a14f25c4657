resource "aws_iam_role" "reader" {
  name        = "reader"
  description = "Asked for by alice (alice@example.com)"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
