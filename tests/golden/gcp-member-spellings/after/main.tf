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
