locals {
  rows  = csvdecode(file("${path.module}/people.csv"))
  leads = csvdecode(<<-CSV
    name,team
    alice,red
    bob,blue
    CSV
  )
}

resource "aws_iam_user" "person" {
  for_each = { for row in local.rows : row.name => row }
  name     = each.key
  tags = {
    Team = each.value.team
  }
}

resource "aws_iam_group_membership" "leads" {
  name  = "leads"
  group = "leads"
  users = local.leads[*].name
}
