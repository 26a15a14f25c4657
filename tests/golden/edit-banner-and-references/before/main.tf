# ---------------------------------------------------------------------------------------------
# alice
# ---------------------------------------------------------------------------------------------

# Joined in 2019.
resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_access_key" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_iam_user_policy_attachment" "alice" {
  user       = aws_iam_user.alice.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy" "alice" {
  name   = "own"
  user   = aws_iam_user.alice.name
  policy = "{}"
}

resource "aws_iam_user_group_membership" "alice" {
  user   = aws_iam_user.alice.name
  groups = ["staff"]
}

# ---------------------------------------------------------------------------------------------
# bob
# ---------------------------------------------------------------------------------------------

resource "aws_iam_user" "bob" {
  name = "bob"
}
