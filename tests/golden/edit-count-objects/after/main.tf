locals {
  people = [
    { name = "alice", group = "web" },
    { name = "bob", group = "data" },
    { name = "carol", group = "web" },
  ]
}

resource "aws_iam_user" "person" {
  count = length(local.people)

  name = local.people[count.index].name
  path = "/${element(local.people, count.index).group}/"
}
