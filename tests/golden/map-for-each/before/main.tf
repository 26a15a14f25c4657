locals {
  # name => groups
  users = {
    "alice"        = ["admins", "developers"] # also on call
    "bob.marley"   = ["developers"]
    "carol-anne"   = ["admins"]
  }

  memberships = { for name, groups in local.users : name => groups if length(groups) > 0 }
}

resource "aws_iam_user" "user" {
  for_each = local.users
  name     = each.key
  path     = "/people/"
}

resource "aws_iam_user_group_membership" "user" {
  for_each = local.memberships
  user     = aws_iam_user.user[each.key].name
  groups   = each.value
}

resource "aws_iam_access_key" "user" {
  for_each = aws_iam_user.user
  user     = each.value.name
}

output "users" {
  value = [for user in aws_iam_user.user : user.arn]
}
