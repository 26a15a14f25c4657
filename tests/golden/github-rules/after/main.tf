data "github_user" "alice" {
  username = "alice-acme"
}

data "github_user" "bob" {
  username = "bob-acme"
}

data "github_users" "reviewers" {
  usernames = ["bob-acme"]
}

resource "github_branch_protection" "main" {
  repository_id = "web"
  pattern       = "main"

  restrict_pushes {
    push_allowances = [
      "acme/platform",
    ]
  }

  required_pull_request_reviews {
    dismissal_restrictions = [data.github_user.bob.node_id]
    pull_request_bypassers = []
  }

  force_push_bypassers = data.github_users.reviewers.node_ids
}

# She is the only one who may push: an empty list would let everybody.
resource "github_branch_protection" "release" {
  repository_id = "web"
  pattern       = "release"

  restrict_pushes {
    push_allowances = ["/alice-acme"]
  }
}

resource "github_branch_protection_v3" "main" {
  repository = "api"
  branch     = "main"

  restrictions {
    users = ["bob-acme"]
    teams = ["platform"]
  }
}

resource "github_repository_environment" "production" {
  repository  = "web"
  environment = "production"

  reviewers {
    users = [data.github_user.bob.id]
  }
}

resource "github_repository_environment" "staging" {
  repository  = "web"
  environment = "staging"

  reviewers {
    users = [data.github_user.alice.id]
  }
}

resource "github_repository_ruleset" "main" {
  name        = "main"
  repository  = "web"
  target      = "branch"
  enforcement = "active"

  bypass_actors {
    actor_id    = 5
    actor_type  = "RepositoryRole"
    bypass_mode = "always"
  }

  rules {
    deletion = true
  }
}
