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

# Other people's: without the group nobody is in it.
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

resource "aws_iam_user" "bob" {
  name = "bob"
}

# In one group that goes, and in one that stays.
resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.contractors.name, "staff"]
}

resource "aws_iam_user_group_membership" "only" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.contractors.name]
}

resource "aws_iam_group_membership" "all" {
  name  = "all"
  group = aws_iam_group.contractors.name
  users = [aws_iam_user.bob.name, "carol"]
}

resource "okta_group_memberships" "all" {
  group_id = okta_group.contractors.id
  users    = ["00u1"]
}

resource "azuread_group_member" "dave" {
  group_object_id  = azuread_group.contractors.object_id
  member_object_id = azuread_user.dave.object_id
}

resource "azuread_user" "dave" {
  user_principal_name = "dave@example.com"
  display_name        = "dave"
}
