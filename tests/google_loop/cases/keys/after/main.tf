resource "google_project_iam_member" "objects" {
  project = "acme-keys"
  role    = "roles/storage.objectViewer"
  member  = "user:bob@example.com"
}
