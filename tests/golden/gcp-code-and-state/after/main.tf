variable "project" {
  type = string
}

resource "google_storage_bucket_iam_binding" "readers" {
  bucket  = "acme-logs"
  role    = "roles/storage.objectViewer"
  members = ["user:bob@example.com"]
}

data "google_iam_policy" "secret" {
  binding {
    role    = "roles/secretmanager.secretAccessor"
    members = ["group:staff@example.com"]
  }
}

resource "google_secret_manager_secret_iam_policy" "db" {
  project     = var.project
  secret_id   = "db"
  policy_data = data.google_iam_policy.secret.policy_data
}
