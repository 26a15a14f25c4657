resource "github_membership" "alice" {
  username = "alice-acme"
  role     = "member"
}

resource "github_membership" "people" {
  for_each = {
    "alice-acme" = "member"
    "bob-acme"   = "admin"
  }
  username = each.key
  role     = each.value
}

resource "github_team" "platform" {
  name = "platform"
}

resource "github_team_membership" "platform" {
  for_each = toset(["Alice-Acme", "bob-acme"])
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

  members {
    username = "alice-acme"
    role     = "member"
  }
}

# Its only member: the block would hold nobody.
resource "github_team_members" "solo" {
  team_id = github_team.platform.id

  members {
    username = "alice-acme"
  }
}

resource "github_team_members" "fanned" {
  team_id = github_team.platform.id

  dynamic "members" {
    for_each = ["alice-acme", "carol-acme"]
    content {
      username = members.value
    }
  }
}

resource "github_repository_collaborator" "alice" {
  repository = "web"
  username   = "alice-acme"
  permission = "push"
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
    permission = "push"
    username   = "alice-acme"
  }

  user {
    permission = "admin"
    username   = "bob-acme"
  }
}

resource "github_organization_role_user" "alice" {
  role_id = 8132
  login   = "alice-acme"
}

# alice is somebody else.
resource "github_team_membership" "namesake" {
  team_id  = github_team.platform.id
  username = "alice"
}
