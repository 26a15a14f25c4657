locals {
  repositories = {
    billing  = { sub = "repo:example/billing:*" }
    payments = { sub = "repo:example/payments:*" }
  }
}

resource "aws_iam_role" "each" {
  for_each = local.repositories

  name = each.key
  assume_role_policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
        Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = [each.value.sub] } }
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "each" {
  for_each = local.repositories

  role       = aws_iam_role.each[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
