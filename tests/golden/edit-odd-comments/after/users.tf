resource "aws_iam_user" "u" {
  for_each = toset(local.people)
  name     = each.key
}

locals {
  people = [        # staff
    "bob",          # bob
    /* c */ "carol" # c
  ]
}
