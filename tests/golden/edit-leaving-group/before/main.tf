# Who is in a group that goes is in it no more.
resource "azuread_group" "contractors" {
  display_name     = "contractors"
  security_enabled = true
  members          = ["5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}

resource "azurerm_role_assignment" "contractors" {
  scope                = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_name = "Reader"
  principal_id         = azuread_group.contractors.object_id
}

resource "azuread_group_without_members" "guests" {
  display_name     = "contractors"
  security_enabled = true
}

resource "github_team" "contractors" {
  name = "contractors"
}

resource "github_team_repository" "web" {
  team_id    = github_team.contractors.id
  repository = "web"
  permission = "push"
}

# Another person's binding: a person lets go of it.
resource "github_team_membership" "bob" {
  team_id  = github_team.contractors.id
  username = "bob"
}

resource "github_team_membership" "carol" {
  team_id  = github_team.contractors.id
  username = "carol"
}

resource "github_team" "contractors_of_others" {
  name = "contractors-of-others"
}

resource "aws_iam_group" "contractors" {
  name = "contractors"
}

resource "okta_group" "contractors" {
  name = "contractors"
}
