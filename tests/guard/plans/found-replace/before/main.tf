resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob", "carol"])
  name     = each.key
}

resource "aws_iam_user_policy_attachment" "reader" {
  user       = "bob"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
