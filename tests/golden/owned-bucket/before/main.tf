locals {
  people = toset(["alice", "bob"])
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

resource "aws_s3_bucket" "home" {
  for_each = local.people
  bucket   = "example-home-${each.key}"
}
