# The whole domain, everybody: said or left alone, never cut.
resource "google_project_iam_binding" "browser" {
  project = "acme-prod"
  role    = "roles/browser"
  members = ["domain:example.com", "domain:example.org"]
}

resource "google_storage_bucket_iam_member" "public" {
  bucket = "acme-site"
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

# Taking her out of any of these would give access, or take a limit away: a person does it.
resource "google_iam_deny_policy" "keys" {
  parent = "cloudresourcemanager.googleapis.com%2Fprojects%2Facme-prod"
  name   = "no-keys"

  rules {
    deny_rule {
      denied_principals    = ["principal://goog/subject/alice@example.com", "principalSet://goog/group/staff@example.com"]
      exception_principals = ["principal://goog/subject/alice@example.com"]
      denied_permissions   = ["iam.googleapis.com/serviceAccountKeys.create"]
    }
  }
}

resource "google_access_context_manager_access_level" "office" {
  parent = "accessPolicies/1"
  name   = "accessPolicies/1/accessLevels/office"
  title  = "office"

  basic {
    conditions {
      members = ["user:alice@example.com", "user:bob@example.com"]
    }
  }
}

resource "google_compute_project_metadata" "keys" {
  project = "acme-prod"
  metadata = {
    ssh-keys = <<-EOT
      bob:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBOB bob@example.com
      alice:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIALICE alice@example.com
    EOT
  }
}
