# Who may do what in one project, in three of the styles that people use.

locals {
  viewers = toset([
    "user:alice@example.com", # on call
    "user:bob@example.com",
    "serviceAccount:ci@acme-prod.iam.gserviceaccount.com",
  ])
}

resource "google_project_iam_member" "viewer" {
  for_each = local.viewers
  project  = "acme-prod"
  role     = "roles/viewer"
  member   = each.value
}

# Alice's own report job.
resource "google_bigquery_dataset_iam_member" "alice_reports" {
  project    = "acme-prod"
  dataset_id = "reports"
  role       = "roles/bigquery.dataViewer"
  member     = "user:alice@example.com"
}

# Authoritative: whoever is not in this list loses the role.
resource "google_project_iam_binding" "deployers" {
  project = "acme-prod"
  role    = "roles/run.developer"
  members = ["user:alice@example.com", "user:bob@example.com"]
}
