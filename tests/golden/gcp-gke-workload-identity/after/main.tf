resource "google_service_account" "importer" {
  account_id = "importer"
  project    = "acme-prod"
}

resource "google_service_account_iam_binding" "shared" {
  service_account_id = google_service_account.importer.name
  role               = "roles/iam.workloadIdentityUser"
  members = [
    "serviceAccount:acme-prod.svc.id.goog[web/frontend]",
  ]
}
