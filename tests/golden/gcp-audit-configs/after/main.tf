resource "google_project_iam_audit_config" "prod" {
  project = "acme-prod"
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "ADMIN_READ"
  }
  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = ["user:bob@example.com"]
  }
}

resource "google_folder_iam_audit_config" "team" {
  folder  = "folders/456"
  service = "allServices"

  audit_log_config {
    log_type         = "DATA_WRITE"
    exempted_members = []
  }
}

locals {
  quiet = ["group:staff@example.com"]
}

resource "google_organization_iam_audit_config" "all" {
  org_id  = "123"
  service = "allServices"

  dynamic "audit_log_config" {
    for_each = toset(["DATA_READ", "DATA_WRITE"])
    content {
      log_type         = audit_log_config.value
      exempted_members = local.quiet
    }
  }
}
