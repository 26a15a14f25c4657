resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "github"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  attribute_condition = "assertion.repository in [\"example/payments\", \"example/web\"]"

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_binding" "deploy" {
  service_account_id = "projects/acme-prod/serviceAccounts/web@acme-prod.iam.gserviceaccount.com"
  role               = "roles/iam.workloadIdentityUser"
  members = [
    "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments-api",
  ]
}

# These let the repository in among others: said, never cut.
resource "google_storage_bucket_iam_member" "owner" {
  bucket = "acme-artifacts"
  role   = "roles/storage.objectViewer"
  member = "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository_owner/example"
}

resource "google_storage_bucket_iam_member" "pool" {
  bucket = "acme-cache"
  role   = "roles/storage.objectViewer"
  member = "principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/*"
}
