locals {
  jobs = {
    weekly-report = "s3.amazonaws.com"
  }
}

resource "aws_iam_role" "job" {
  for_each = local.jobs
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = each.value }
      Action    = "sts:AssumeRole"
    }]
  })
}
