resource "github_team" "contractors_of_others" {
  name = "contractors-of-others"
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

# In one group that goes, and in one that stays.
resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.contractors.name, "staff"]
}

resource "okta_group_memberships" "all" {
  group_id = okta_group.contractors.id
  users    = ["00u1"]
}

resource "azuread_user" "dave" {
  user_principal_name = "dave@example.com"
  display_name        = "dave"
}
