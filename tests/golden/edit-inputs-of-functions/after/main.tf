locals {
  web    = ["bob"]
  data   = []
  guests = toset([])
  names  = ["bob"]
}

resource "aws_iam_group_membership" "concat" {
  name  = "concat"
  group = "concat"
  users = concat(local.web, ["carol"])
}

resource "aws_iam_group_membership" "emptied_input" {
  name  = "emptied_input"
  group = "emptied_input"
  users = concat(local.data, ["carol"])
}

resource "aws_iam_group_membership" "setunion" {
  name  = "setunion"
  group = "setunion"
  users = setunion(local.guests, toset(["bob"]))
}

resource "aws_iam_group_membership" "flatten" {
  name  = "flatten"
  group = "flatten"
  users = flatten([[], ["bob"]])
}

resource "aws_iam_group_membership" "distinct" {
  name  = "distinct"
  group = "distinct"
  users = distinct(["bob"])
}

resource "aws_iam_group_membership" "compact" {
  name  = "compact"
  group = "compact"
  users = compact(["", "bob"])
}

resource "aws_iam_group_membership" "sorted" {
  name  = "sorted"
  group = "sorted"
  users = sort(local.web)
}

resource "aws_iam_group_membership" "formatlist" {
  name  = "formatlist"
  group = "formatlist"
  users = formatlist("%s", local.names)
}
