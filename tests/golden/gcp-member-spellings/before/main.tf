# One block for every way to write a member down, of those who leave and of those who stay.
locals {
  spelled = {
    user             = "user:alice@example.com"
    upper            = "user:Alice@Example.COM"
    dotted           = "user:al@example.com"
    deleted          = "deleted:user:alice@example.com?uid=112233445566778899000"
    subject_v2       = "principal://goog/subject/alice@example.com"
    account          = "serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com"
    account_deleted  = "deleted:serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com?uid=112233445566778899111"
    account_other    = "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com"
    account_default  = "serviceAccount:1234-compute@developer.gserviceaccount.com"
    group            = "group:contractors@example.com"
    group_deleted    = "deleted:group:contractors@example.com?uid=112233445566778899222"
    group_v2         = "principalSet://goog/group/contractors@example.com"
    group_other      = "group:staff@example.com"
    gke              = "serviceAccount:acme-prod.svc.id.goog[batch/importer]"
    gke_principal    = "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/batch/sa/importer"
    gke_other        = "serviceAccount:acme-prod.svc.id.goog[web/importer]"
    repository       = "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments"
    ref              = "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:ref:refs/heads/main"
    deleted_ref      = "deleted:principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:environment:prod"
    repository_other = "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api"
    workforce        = "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/alice@example.com"
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
    "user:Alice@Example.COM",
    "user:al@example.com",
    "deleted:user:alice@example.com?uid=112233445566778899000",
    "serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com",
    "group:contractors@example.com",
    "serviceAccount:acme-prod.svc.id.goog[batch/importer]",
    "serviceAccount:acme-prod.svc.id.goog[web/importer]",
    "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments",
    "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/alice@example.com",
    "projectOwner:acme-prod",
    "allAuthenticatedUsers",
  ]
}

# In a document, in one that is a text, and among those whom the audit logs leave out.
data "google_iam_policy" "all" {
  binding {
    role = "roles/viewer"
    members = [
      "user:Alice@Example.COM",
      "user:al@example.com",
      "deleted:user:alice@example.com?uid=112233445566778899000",
      "principal://goog/subject/alice@example.com",
      "serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com",
      "deleted:serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com?uid=112233445566778899111",
      "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
      "serviceAccount:1234-compute@developer.gserviceaccount.com",
      "group:contractors@example.com",
      "principalSet://goog/group/contractors@example.com",
      "group:staff@example.com",
      "serviceAccount:acme-prod.svc.id.goog[batch/importer]",
      "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/batch/sa/importer",
      "serviceAccount:acme-prod.svc.id.goog[web/importer]",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments",
      "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:ref:refs/heads/main",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
      "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/alice@example.com",
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
        "user:Alice@Example.COM",
        "user:al@example.com",
        "deleted:user:alice@example.com?uid=112233445566778899000",
        "principal://goog/subject/alice@example.com",
        "serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com",
        "deleted:serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com?uid=112233445566778899111",
        "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
        "serviceAccount:1234-compute@developer.gserviceaccount.com",
        "group:contractors@example.com",
        "principalSet://goog/group/contractors@example.com",
        "group:staff@example.com",
        "serviceAccount:acme-prod.svc.id.goog[batch/importer]",
        "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/batch/sa/importer",
        "serviceAccount:acme-prod.svc.id.goog[web/importer]",
        "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments",
        "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:ref:refs/heads/main",
        "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
        "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/alice@example.com",
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
      "user:Alice@Example.COM",
      "user:al@example.com",
      "deleted:user:alice@example.com?uid=112233445566778899000",
      "principal://goog/subject/alice@example.com",
      "serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com",
      "deleted:serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com?uid=112233445566778899111",
      "serviceAccount:ci-bot@acme-test.iam.gserviceaccount.com",
      "serviceAccount:1234-compute@developer.gserviceaccount.com",
      "group:contractors@example.com",
      "principalSet://goog/group/contractors@example.com",
      "group:staff@example.com",
      "serviceAccount:acme-prod.svc.id.goog[batch/importer]",
      "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/batch/sa/importer",
      "serviceAccount:acme-prod.svc.id.goog[web/importer]",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments",
      "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:ref:refs/heads/main",
      "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
      "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/alice@example.com",
      "principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/bob@example.com",
      "projectOwner:acme-prod",
      "projectEditor:acme-prod",
      "projectViewer:acme-prod",
      "allUsers",
      "user:alice@example.org",
    ]
  }
}
