variable "extra" {
  type = bool
}

variable "more" {
  type = list(string)
}

resource "aws_iam_user" "either" {
  name = var.extra ? "alice" : "bob"
}

resource "aws_iam_group_membership" "either" {
  name  = "either"
  group = "either"
  users = var.extra ? ["alice", "bob"] : ["bob"]
}

resource "aws_iam_group_membership" "rest" {
  name  = "rest"
  group = "rest"
  users = concat([], var.more)
}

resource "aws_iam_user" "each" {
  for_each = toset(concat([], var.more))
  name     = each.key
}

resource "aws_iam_user" "maybe" {
  count = var.extra ? 1 : 0
  name  = "alice"
}

resource "aws_iam_group_membership" "filtered" {
  name  = "filtered"
  group = "filtered"
  users = [for who in ["alice", "bob"] : who if contains(var.more, who)]
}
