# The whole policy of the data project: what is not in here is gone with the next apply.

data "google_iam_policy" "data" {
  binding {
    role    = "roles/owner"
    members = ["group:admins@example.com", "user:carol@example.com"]
  }

  binding {
    role = "roles/bigquery.dataEditor"
    members = [
      "user:alice@example.com", # built the warehouse
      "user:dave@example.com",
    ]
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

resource "google_project_iam_policy" "data" {
  project     = var.data_project
  policy_data = data.google_iam_policy.data.policy_data
}
