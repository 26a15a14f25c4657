resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = "oncall"
  users = [aws_iam_user.alice.name, aws_iam_user.bob.name]
}

resource "aws_iam_group_membership" "owners" {
  name  = "owners"
  group = "owners"
  users = [
    aws_iam_user.alice.name,
  ]
}
