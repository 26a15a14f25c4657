# Who may do what in the project. To add somebody, add a line and open a pull request.

locals {
  people = {
    alice = "user:alice@example.com" # on call in odd weeks
    bob   = "user:bob@example.com"
    carol = "user:carol@example.com"
  }
}

resource "google_project_iam_member" "viewer" {
  for_each = local.people

  project = var.project
  role    = "roles/viewer"
  member  = each.value
}

# Nobody else deploys: whoever is not in this list loses the role.
resource "google_project_iam_binding" "deployers" {
  project = var.project
  role    = "roles/run.developer"

  members = [
    local.people["alice"],
    local.people["bob"],
    "user:dave@example.com",
    "group:${google_cloud_identity_group.oncall.group_key[0].id}",
    google_service_account.deploy.member,
  ]
}
