variable "people" {
  type = set(string)
}

locals {
  account = "111122223333"
  shifts  = ["early", "late", "night"]
}

resource "aws_iam_user" "person" {
  for_each = var.people
  name     = each.key
}

resource "aws_iam_user_group_membership" "person" {
  for_each = var.people
  user     = aws_iam_user.person[each.key].name
  groups   = [aws_iam_group.staff.name]
}

resource "aws_iam_group" "staff" {
  name = "staff"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_membership" "ops" {
  name       = "ops"
  group      = aws_iam_group.ops.name
  users      = ["alice", "bob"]
  depends_on = [aws_iam_user.person]
}

resource "aws_iam_policy" "audit" {
  name = "audit"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}

resource "aws_iam_policy_attachment" "audit" {
  name       = "audit"
  policy_arn = aws_iam_policy.audit.arn
  users      = ["alice", "carol"]
  depends_on = [aws_iam_user.person]
}

resource "aws_iam_user_policy" "bob" {
  name       = "list"
  user       = "bob"
  policy     = aws_iam_policy.audit.policy
  depends_on = [aws_iam_user.person]
}

resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = [
            "arn:aws:iam::${local.account}:user/alice",
            "arn:aws:iam::${local.account}:user/bob",
          ]
        }
        Action    = "sts:AssumeRole"
        Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
      },
    ]
  })
  depends_on = [aws_iam_user.person]
}

resource "aws_sqs_queue" "shift" {
  count = length(local.shifts)
  name  = "shift-${local.shifts[count.index]}"
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
