locals {
  people = ["alice"]
}

resource "aws_iam_user" "person" {
  count = length(local.people)
  name  = local.people[count.index]
}
