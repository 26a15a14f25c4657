# Deploys from the old pipeline.
resource "google_service_account" "ci" {
  account_id   = "ci-bot"
  project      = "acme-prod"
  display_name = "CI"
}

resource "google_service_account_key" "ci" {
  service_account_id = google_service_account.ci.name
}

resource "google_project_iam_member" "ci" {
  project = "acme-prod"
  role    = "roles/run.admin"
  member  = google_service_account.ci.member
}

resource "google_storage_hmac_key" "ci" {
  service_account_email = google_service_account.ci.email
}

resource "google_service_account" "web" {
  account_id = "web"
  project    = "acme-prod"
}

resource "google_storage_bucket_iam_binding" "artifacts" {
  bucket = "acme-artifacts"
  role   = "roles/storage.objectAdmin"
  members = [
    "serviceAccount:${google_service_account.ci.email}",
    google_service_account.web.member,
  ]
}

resource "google_service_account_iam_binding" "users" {
  service_account_id = google_service_account.ci.name
  role               = "roles/iam.serviceAccountTokenCreator"
  members            = ["user:bob@example.com"]
}
