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
