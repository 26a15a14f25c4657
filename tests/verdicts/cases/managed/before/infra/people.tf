locals {
  people = {
    alice = { team = "platform" } # on call in odd weeks
    bob   = { team = "platform" }
    carol = { team = "data" }
  }
}

resource "aws_iam_user" "person" {
  for_each = local.people

  name = each.key
  tags = { team = each.value.team }
}

resource "aws_iam_access_key" "person" {
  for_each = local.people

  user = aws_iam_user.person[each.key].name
}

# Alice's second user, from before the map above.
resource "aws_iam_user" "alice_console" {
  name = "alice-console"
}

resource "aws_iam_user_policy" "alice_console" {
  name = "look"
  user = aws_iam_user.alice_console.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:ListAllMyBuckets"], Resource = "*" },
    ]
  })
}
