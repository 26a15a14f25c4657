resource "google_service_account" "importer" {
  account_id = "importer"
  project    = "acme-prod"
}

resource "google_service_account_iam_member" "importer" {
  service_account_id = google_service_account.importer.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:acme-prod.svc.id.goog[batch/importer]"
}

resource "google_service_account_iam_binding" "shared" {
  service_account_id = google_service_account.importer.name
  role               = "roles/iam.workloadIdentityUser"
  members = [
    "serviceAccount:acme-prod.svc.id.goog[web/frontend]",
    "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/batch/sa/importer",
  ]
}
