resource "google_project_iam_member" "viewer" {
  for_each = toset(["bob@example.com"])

  project = "acme-deleted"
  role    = "roles/viewer"
  member  = "user:${each.key}"
}
