locals {
  readers = ["arn:aws:iam::111122223333:user/bob"]
}

# jsonencode
resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = local.readers }
      Action    = "dynamodb:GetItem"
      Resource  = "*"
    }]
  })
}

# heredoc
resource "aws_backup_vault_policy" "nightly" {
  backup_vault_name = "nightly"
  policy            = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {"AWS": ["arn:aws:iam::111122223333:user/bob"]},
          "Action": "backup:DescribeBackupVault",
          "Resource": "*"
        }
      ]
    }
  POLICY
}

# aws_iam_policy_document
data "aws_iam_policy_document" "domain" {
  statement {
    actions   = ["codeartifact:ReadFromRepository"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = concat(["arn:aws:iam::111122223333:root"], local.readers)
    }
  }
}

resource "aws_codeartifact_domain_permissions_policy" "main" {
  domain          = "main"
  policy_document = data.aws_iam_policy_document.domain.json
}

# in a nested block
resource "aws_s3control_multi_region_access_point_policy" "logs" {
  details {
    name = "logs"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::111122223333:user/bob" }
          Action    = "s3:GetObject"
          Resource  = "*"
        },
      ]
    })
  }
}
