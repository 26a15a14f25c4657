locals {
  people = {
    alice = "user:alice@example.com" # on call
    bob   = "user:bob@example.com"
  }
}

resource "google_project_iam_member" "viewer" {
  for_each = local.people

  project = "acme-member"
  role    = "roles/viewer"
  member  = each.value
}
