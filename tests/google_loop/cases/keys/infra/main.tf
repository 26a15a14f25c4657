# Alice's own jobs.
resource "google_service_account" "jobs" {
  project      = "acme-keys"
  account_id   = "alice-jobs"
  display_name = "Alice's nightly jobs"
}

resource "google_service_account_key" "jobs" {
  service_account_id = google_service_account.jobs.name
}

resource "google_project_iam_member" "jobs" {
  project = "acme-keys"
  role    = "roles/storage.objectViewer"
  member  = google_service_account.jobs.member
}

resource "google_project_iam_member" "objects" {
  project = "acme-keys"
  role    = "roles/storage.objectViewer"
  member  = "user:bob@example.com"
}
