# Everybody who works in this account. To add somebody, add a line and open a
# pull request; the groups are in groups.tf.

locals {
  people = {
    alice = { email = "alice@example.com", groups = ["developers", "admins"] } # on call in odd weeks
    bob   = { email = "bob@example.com", groups = ["developers"] }
    carol = {
      email  = "carol@example.com"
      groups = ["developers", "admins"]
    }
  }
}

resource "aws_iam_user" "person" {
  for_each = local.people

  name = each.key
  path = "/people/"

  tags = {
    email = each.value.email
    team  = "platform"
  }
}

resource "aws_iam_user_group_membership" "person" {
  for_each = local.people

  user   = aws_iam_user.person[each.key].name
  groups = [for group in each.value.groups : local.group_names[group]]
}

resource "aws_iam_access_key" "person" {
  for_each = local.people

  user = aws_iam_user.person[each.key].name
}

# Dave was here before the map above was.
resource "aws_iam_user" "dave" {
  name = "dave"
  path = "/people/"

  tags = {
    email = "dave@example.com"
    team  = "platform"
  }
}

resource "aws_iam_user_group_membership" "dave" {
  user   = aws_iam_user.dave.name
  groups = [aws_iam_group.admins.name]
}

resource "aws_iam_access_key" "dave" {
  user = aws_iam_user.dave.name
}
