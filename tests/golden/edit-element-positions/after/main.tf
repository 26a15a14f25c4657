resource "aws_iam_group_membership" "first" {
  name  = "first"
  group = "first"
  users = ["bob", "carol"]
}

resource "aws_iam_group_membership" "middle" {
  name  = "middle"
  group = "middle"
  users = ["bob", "carol"]
}

resource "aws_iam_group_membership" "last" {
  name  = "last"
  group = "last"
  users = ["bob", "carol"]
}

resource "aws_iam_group_membership" "only" {
  name  = "only"
  group = "only"
  users = []
}

resource "aws_iam_group_membership" "lines" {
  name  = "lines"
  group = "lines"
  users = [
    # on call
    "bob",
    # of the data team
    "carol",
  ]
}

resource "aws_iam_group_membership" "lines_last" {
  name  = "lines_last"
  group = "lines_last"
  users = [
    "bob",
  ]
}

resource "aws_iam_group_membership" "a_set" {
  name  = "a_set"
  group = "a_set"
  users = toset(["bob"])
}
