resource "google_service_account" "web" {
  account_id = "web"
  project    = "acme-prod"
}

resource "google_storage_bucket_iam_binding" "artifacts" {
  bucket = "acme-artifacts"
  role   = "roles/storage.objectAdmin"
  members = [
    google_service_account.web.member,
  ]
}
