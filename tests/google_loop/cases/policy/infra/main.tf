# All of the project's policy.
data "google_iam_policy" "all" {
  binding {
    role    = "roles/owner"
    members = ["user:carol@example.com"]
  }

  binding {
    role    = "roles/bigquery.dataEditor"
    members = ["user:alice@example.com", "user:bob@example.com"]
  }

  binding {
    role    = "roles/bigquery.jobUser"
    members = ["user:alice@example.com"]

    condition {
      title      = "until the audit"
      expression = "request.time < timestamp(\"2031-01-01T00:00:00Z\")"
    }
  }
}

resource "google_project_iam_policy" "all" {
  project     = "acme-policy"
  policy_data = data.google_iam_policy.all.policy_data
}
