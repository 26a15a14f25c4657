resource "google_project_iam_member" "viewer" {
  for_each = toset(["alice.smith@example.com", "bob@example.com"])

  project = "acme-deleted"
  role    = "roles/viewer"
  member  = "user:${each.key}"
}
