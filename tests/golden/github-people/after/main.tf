resource "github_membership" "people" {
  for_each = {
    "bob-acme" = "admin"
  }
  username = each.key
  role     = each.value
}

resource "github_team" "platform" {
  name = "platform"
}

resource "github_team_membership" "platform" {
  for_each = toset(["bob-acme"])
  team_id  = github_team.platform.id
  username = each.value
  role     = "maintainer"
}

resource "github_team_members" "docs" {
  team_id = github_team.platform.id

  members {
    username = "bob-acme"
    role     = "maintainer"
  }
}

resource "github_team_members" "fanned" {
  team_id = github_team.platform.id

  dynamic "members" {
    for_each = ["carol-acme"]
    content {
      username = members.value
    }
  }
}

resource "github_repository_collaborators" "api" {
  repository = "api"

  user {
    permission = "push"
    username   = "alice-acme"
  }

  team {
    permission = "pull"
    team_id    = github_team.platform.slug
  }
}

resource "github_repository_collaborators" "cli" {
  repository = "cli"

  user {
    permission = "admin"
    username   = "bob-acme"
  }
}

# alice is somebody else.
resource "github_team_membership" "namesake" {
  team_id  = github_team.platform.id
  username = "alice"
}
