locals {
  mentors = { bob = "alice", carol = "alice", alice = "bob" }
}

# The groups are called by their mentors.
resource "aws_iam_user_group_membership" "person" {
  for_each = local.mentors
  user     = each.key
  groups   = ["students-of-${each.value}", each.value]
}

resource "aws_iam_user_policy_attachment" "person" {
  for_each   = local.mentors
  user       = each.key
  policy_arn = "arn:aws:iam::111122223333:policy/${each.value}"
}

resource "aws_iam_group_membership" "alice" {
  name  = "alice"
  group = "alice"
  users = ["bob"]
}
