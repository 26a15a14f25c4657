# One block for every way to write a member down, of those who leave and of those who stay.
locals {
  spelled = {
    dotted           = "user:al@example.com"
    account_other    = "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com"
    account_default  = "serviceAccount:1234-compute@developer.gserviceaccount.com"
    group_other      = "group:staff@example.com"
    gke_other        = "serviceAccount:acme-prod.svc.id.goog[web/importer]"
    repository_other = "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api"
    workforce_other  = "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/bob@example.com"
    owner            = "projectOwner:acme-prod"
    editor           = "projectEditor:acme-prod"
    viewer           = "projectViewer:acme-prod"
    signed_in        = "allAuthenticatedUsers"
    anybody          = "allUsers"
    other            = "user:alice@example.org"
  }
}

resource "google_project_iam_member" "each" {
  for_each = local.spelled
  project  = "acme-prod"
  role     = "roles/viewer"
  member   = each.value
}

# The same in the list of a binding.
resource "google_storage_bucket_iam_binding" "all" {
  bucket = "acme-logs"
  role   = "roles/storage.objectViewer"
  members = [
    "user:al@example.com",
    "serviceAccount:acme-prod.svc.id.goog[web/importer]",
    "projectOwner:acme-prod",
    "allAuthenticatedUsers",
  ]
}

# In a document, in one that is a text, and among those whom the audit logs leave out.
data "google_iam_policy" "all" {
  binding {
    role = "roles/viewer"
    members = [
      "user:al@example.com",
      "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
      "serviceAccount:1234-compute@developer.gserviceaccount.com",
      "group:staff@example.com",
      "serviceAccount:acme-prod.svc.id.goog[web/importer]",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
      "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/bob@example.com",
      "projectOwner:acme-prod",
      "projectEditor:acme-prod",
      "projectViewer:acme-prod",
      "allUsers",
      "user:alice@example.org",
    ]
  }
}

resource "google_pubsub_topic_iam_policy" "all" {
  project     = "acme-prod"
  topic       = "orders"
  policy_data = data.google_iam_policy.all.policy_data
}

resource "google_pubsub_subscription_iam_policy" "all" {
  project      = "acme-prod"
  subscription = "orders"
  policy_data  = <<-EOT
    {"bindings": [{
      "role": "roles/viewer",
      "members": [
        "user:al@example.com",
        "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
        "serviceAccount:1234-compute@developer.gserviceaccount.com",
        "group:staff@example.com",
        "serviceAccount:acme-prod.svc.id.goog[web/importer]",
        "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
        "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/bob@example.com",
        "projectOwner:acme-prod",
        "projectEditor:acme-prod",
        "projectViewer:acme-prod",
        "allUsers",
        "user:alice@example.org"
      ]
    }]}
  EOT
}

resource "google_project_iam_audit_config" "all" {
  project = "acme-prod"
  service = "allServices"

  audit_log_config {
    log_type = "DATA_READ"
    exempted_members = [
      "user:al@example.com",
      "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
      "serviceAccount:1234-compute@developer.gserviceaccount.com",
      "group:staff@example.com",
      "serviceAccount:acme-prod.svc.id.goog[web/importer]",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
      "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/bob@example.com",
      "projectOwner:acme-prod",
      "projectEditor:acme-prod",
      "projectViewer:acme-prod",
      "allUsers",
      "user:alice@example.org",
    ]
  }
}
