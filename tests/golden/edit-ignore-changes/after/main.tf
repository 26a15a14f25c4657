resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = "oncall"
  users = ["bob"]

  lifecycle {
    ignore_changes = [users]
  }
}

resource "aws_iam_role" "deploy" {
  name = "deploy"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sts:AssumeRole"
      Principal = {
        AWS = ["arn:aws:iam::111122223333:user/bob"]
      }
    }]
  })

  lifecycle {
    ignore_changes = all
  }
}
