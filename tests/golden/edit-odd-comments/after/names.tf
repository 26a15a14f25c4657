locals {
  leads = {
    "名前"          = { mail = "n@example.com" } # since 2020
    /* bob */ bob = { mail = "b@example.com" }
  }
  pair = { bob : "b" }
}

resource "aws_iam_user" "lead" {
  for_each = local.leads
  name     = "lead-${each.key}"
  tags     = { email = each.value.mail }
}

resource "aws_iam_user_group_membership" "pair" {
  for_each = local.pair
  user     = each.key
  groups   = [each.value]
}
