# The reports of the team; everybody made a key of their own for it.
resource "google_service_account" "reports" {
  project      = "acme-shared"
  account_id   = "reports"
  display_name = "Reports"
}

resource "google_project_iam_member" "reports" {
  project = "acme-shared"
  role    = "roles/bigquery.dataViewer"
  member  = google_service_account.reports.member
}
