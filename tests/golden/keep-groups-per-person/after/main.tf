locals {
  people = { "bob@example.com" = "Bob" }
}

resource "azuread_user" "person" {
  for_each            = local.people
  user_principal_name = each.key
  display_name        = each.value
}

# Others are in it.
resource "azuread_group" "team" {
  for_each         = local.people
  display_name     = "Team of ${each.value}"
  security_enabled = true
  members          = ["5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}

resource "github_team" "team" {
  for_each = local.people
  name     = "team-of-${each.value}"
}

resource "aws_iam_group" "team" {
  for_each = local.people
  name     = "team-of-${each.value}"
}
