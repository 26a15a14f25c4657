variable "readers" {
  type    = list(string)
  default = ["bob@example.com"]
}

locals {
  roles = {
    "roles/viewer"      = ["user:bob@example.com"]
    "roles/run.invoker" = ["serviceAccount:web@acme-prod.iam.gserviceaccount.com"]
  }
}

# Blocks made of a map, and one that is written down with its condition.
data "google_iam_policy" "project" {
  dynamic "binding" {
    for_each = local.roles
    content {
      role    = binding.key
      members = binding.value
    }
  }

  binding {
    role    = "roles/editor"
    members = ["user:carol@example.com"]

    condition {
      title      = "nights"
      expression = "request.time.getHours() < 6"
    }
  }

  binding {
    role    = "roles/logging.viewer"
    members = [for who in var.readers : "user:${who}"]
  }

  audit_config {
    service = "allServices"

    audit_log_configs {
      log_type         = "DATA_READ"
      exempted_members = []
    }
    audit_log_configs {
      log_type         = "ADMIN_READ"
      exempted_members = ["user:bob@example.com"]
    }
  }
}

resource "google_project_iam_policy" "prod" {
  project     = "acme-prod"
  policy_data = data.google_iam_policy.project.policy_data
}

resource "google_folder_iam_policy" "team" {
  folder      = "folders/456"
  policy_data = data.google_iam_policy.project.policy_data
}

# A document that goes to two things, of one of which nobody else is left.
data "google_iam_policy" "topics" {
  binding {
    role    = "roles/pubsub.publisher"
    members = ["user:alice@example.com", "deleted:user:alice@example.com?uid=112233445566778899000"]
  }
}

resource "google_pubsub_topic_iam_policy" "orders" {
  for_each    = toset(["orders", "payments"])
  project     = "acme-prod"
  topic       = each.value
  policy_data = data.google_iam_policy.topics.policy_data
}
