locals {
  group_names = {
    developers = aws_iam_group.developers.name
    admins     = aws_iam_group.admins.name
  }
}

resource "aws_iam_group" "developers" {
  name = "developers"
}

resource "aws_iam_group_policy" "developers" {
  name  = "developers"
  group = aws_iam_group.developers.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Self"
        Effect   = "Allow"
        Action   = ["iam:GetUser", "iam:ListAccessKeys", "iam:ListMFADevices"]
        Resource = "arn:aws:iam::*:user/people/$${aws:username}"
      },
      {
        Sid      = "Look"
        Effect   = "Allow"
        Action   = ["s3:ListAllMyBuckets", "sns:ListTopics"]
        Resource = "*"
      },
      {
        Sid      = "Audit"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::*:role/audit"
      },
    ]
  })
}

resource "aws_iam_group" "admins" {
  name = "admins"
}

resource "aws_iam_group_policy" "admins" {
  name  = "admins"
  group = aws_iam_group.admins.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["iam:Get*", "iam:List*", "s3:*", "sns:*"]
        Resource = "*"
      },
    ]
  })
}

# The rota. This resource decides who is in the group: a member added by hand
# is gone with the next apply.
resource "aws_iam_group" "oncall" {
  name = "oncall"
}

resource "aws_iam_group_policy" "oncall" {
  name   = "oncall"
  group  = aws_iam_group.oncall.name
  policy = data.aws_iam_policy_document.oncall.json
}

data "aws_iam_policy_document" "oncall" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]
  }
}

resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = aws_iam_group.oncall.name

  users = [
    aws_iam_user.person["alice"].name,
    aws_iam_user.person["bob"].name,
    aws_iam_user.dave.name,
  ]
}
