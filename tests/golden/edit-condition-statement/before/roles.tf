locals {
  github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  shared = ["repo:example/payments:*"]
}

variable "more" {
  type = list(string)
}

# One value, not in a list.
resource "aws_iam_role" "deploy" {
  name = "deploy"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.github }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:sub" = "repo:example/payments:environment:live"
          }
        }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.github }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:sub" = "repo:example/shop:environment:live"
          }
        }
      },
    ]
  })
}

# Two values, both of them the leaver's.
data "aws_iam_policy_document" "build" {
  # payments
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.github]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values = [
        "repo:example/payments:ref:refs/heads/main",
        "repo:example/payments:pull_request",
      ]
    }
  }

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/builder"]
    }
  }
}

resource "aws_iam_role" "build" {
  name               = "build"
  assume_role_policy = data.aws_iam_policy_document.build.json
}

# Who presents no such claim is let in as well: a statement of others, too.
resource "aws_iam_role" "if_exists" {
  name = "if-exists"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.github }
        Condition = {
          StringLikeIfExists = {
            "token.actions.githubusercontent.com:sub" = "repo:example/payments:*"
          }
        }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.github }
        Condition = {
          "ForAllValues:StringLike" = {
            "token.actions.githubusercontent.com:sub" = ["repo:example/payments:*"]
          }
        }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:role/builder" }
      },
    ]
  })
}

# The values are not this statement's own, or others may stand beside them.
resource "aws_iam_role" "elsewhere" {
  name = "elsewhere"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.github }
        Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = local.shared } }
      },
      {
        Effect    = "Allow"
        Action    = "sts:TagSession"
        Principal = { Federated = local.github }
        Condition = {
          StringLike = {
            "token.actions.githubusercontent.com:sub" = concat(["repo:example/payments:*"], var.more)
          }
        }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:role/builder" }
      },
    ]
  })
}
