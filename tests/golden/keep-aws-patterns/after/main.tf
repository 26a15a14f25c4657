# Every pattern below lets alice in, and others with her: a person has to decide.
data "aws_iam_policy_document" "patterns" {
  statement {
    sid     = "Users"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:aws:iam::111122223333:user/team/*"]
    }
  }

  statement {
    sid     = "Names"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:username"
      values   = ["ali*", "bob"]
    }
  }

  statement {
    sid     = "Directory"
    actions = ["sts:AssumeRoleWithSAML"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:saml-provider/directory"]
    }
    condition {
      test     = "StringLike"
      variable = "SAML:sub"
      values   = ["*@example.com"]
    }
  }
}

resource "aws_iam_role" "patterns" {
  name               = "patterns"
  assume_role_policy = data.aws_iam_policy_document.patterns.json
}

# Nobody here is alice: another account, other names, and what keeps people out.
resource "aws_iam_role" "others" {
  name = "others"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Condition = { ArnLike = { "aws:PrincipalArn" = ["arn:aws:iam::444455556666:user/team/*", "arn:aws:iam::111122223333:user/ops/*"] } }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Condition = { StringLike = { "aws:username" = ["alicia*", "bob*"] } }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Condition = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::111122223333:user/ali*"] } }
      },
    ]
  })
}

# The session of a federation token: whoever asks for one chooses its name.
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sqs:SendMessage"
      Principal = {
        AWS = [
          "arn:aws:sts::111122223333:federated-user/bob",
        ]
      }
      Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    }]
  })
}
