locals {
  people = {
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
