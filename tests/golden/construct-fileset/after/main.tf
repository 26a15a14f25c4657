locals {
  people = {
    for name in fileset("${path.module}/people", "*.yaml") :
    trimsuffix(name, ".yaml") => yamldecode(file("${path.module}/people/${name}"))
  }
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

resource "aws_iam_group_membership" "team" {
  for_each = fileset("${path.module}/teams", "*.json")
  name     = trimsuffix(each.key, ".json")
  group    = trimsuffix(each.key, ".json")
  users    = jsondecode(file("${path.module}/teams/${each.value}")).members
}
