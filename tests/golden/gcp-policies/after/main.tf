variable "editors" {
  type = list(string)
}

data "google_iam_policy" "project" {
  binding {
    role    = "roles/editor"
    members = concat(var.editors, ["group:platform@example.com"])
  }

  binding {
    role    = "roles/viewer"
    members = ["domain:example.org"]
  }

  audit_config {
    service = "storage.googleapis.com"

    audit_log_configs {
      log_type         = "DATA_READ"
      exempted_members = ["user:bob@example.com"]
    }
  }
}

resource "google_project_iam_policy" "prod" {
  project     = "acme-prod"
  policy_data = data.google_iam_policy.project.policy_data
}

resource "google_storage_bucket_iam_policy" "data" {
  bucket = "acme-data"
  policy_data = jsonencode({
    bindings = [
      {
        role    = "roles/storage.objectViewer"
        members = ["user:bob@example.com"]
      },
    ]
  })
}

resource "google_pubsub_topic_iam_policy" "events" {
  topic       = "events"
  policy_data = <<-EOT
    {
      "bindings": [
        {
          "role": "roles/pubsub.viewer",
          "members": [
            "user:bob@example.com"
          ]
        }
      ]
    }
  EOT
}

resource "google_secret_manager_secret_iam_policy" "db" {
  secret_id   = "db"
  policy_data = file("${path.module}/db.json")
}

# Nobody else is in it: without her the policy would shut everybody out.
data "google_iam_policy" "alone" {
  binding {
    role    = "roles/pubsub.admin"
    members = ["user:alice@example.com"]
  }
}

resource "google_pubsub_subscription_iam_policy" "alone" {
  subscription = "events"
  policy_data  = data.google_iam_policy.alone.policy_data
}
