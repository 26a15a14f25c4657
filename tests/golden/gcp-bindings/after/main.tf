locals {
  developers = ["bob"]
}

resource "google_project_iam_binding" "editors" {
  project = "acme-prod"
  role    = "roles/editor"
  members = [
    "user:bob@example.com",
  ]
}

resource "google_folder_iam_binding" "developers" {
  folder  = "folders/1234"
  role    = "roles/viewer"
  members = formatlist("user:%s@example.com", local.developers)
}

# Two bindings of one role on one project, told apart by their conditions.
resource "google_project_iam_binding" "nights" {
  project = "acme-prod"
  role    = "roles/editor"
  members = ["user:bob@example.com"]

  condition {
    title      = "nights"
    expression = "request.time.getHours() < 6"
  }
}

resource "google_project_iam_audit_config" "all" {
  project = "acme-prod"
  service = "allServices"

  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = []
  }
}
