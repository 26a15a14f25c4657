# All of the project's policy.
data "google_iam_policy" "all" {
  binding {
    role    = "roles/owner"
    members = ["user:carol@example.com"]
  }

  binding {
    role    = "roles/bigquery.dataEditor"
    members = ["user:bob@example.com"]
  }
}

resource "google_project_iam_policy" "all" {
  project     = "acme-policy"
  policy_data = data.google_iam_policy.all.policy_data
}
