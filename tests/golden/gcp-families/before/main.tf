# A member, a binding and a policy of many kinds of things, and of one that no row knows yet.
resource "google_organization_iam_member" "alice" {
  org_id = "123"
  role   = "roles/browser"
  member = "user:alice@example.com"
}

resource "google_billing_account_iam_binding" "payers" {
  billing_account_id = "0A0B0C-0D0E0F-010203"
  role               = "roles/billing.user"
  members            = ["user:alice@example.com", "group:finance@example.com"]
}

resource "google_kms_crypto_key_iam_member" "alice" {
  crypto_key_id = "acme-prod/europe-west1/ring/key"
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  member        = "user:alice@example.com"
}

resource "google_secret_manager_secret_iam_binding" "readers" {
  project   = "acme-prod"
  secret_id = "projects/acme-prod/secrets/db"
  role      = "roles/secretmanager.secretAccessor"
  members   = ["user:alice@example.com"]
}

resource "google_cloud_run_v2_service_iam_member" "alice" {
  project  = "acme-prod"
  location = "europe-west1"
  name     = "web"
  role     = "roles/run.invoker"
  member   = "user:alice@example.com"
}

resource "google_artifact_registry_repository_iam_policy" "images" {
  project    = "acme-prod"
  location   = "europe-west1"
  repository = "images"
  policy_data = jsonencode({
    bindings = [{
      role    = "roles/artifactregistry.reader"
      members = ["user:alice@example.com", "group:staff@example.com"]
    }]
  })
}

resource "google_bigquery_table_iam_binding" "readers" {
  project    = "acme-prod"
  dataset_id = "sales"
  table_id   = "orders"
  role       = "roles/bigquery.dataViewer"
  members    = ["user:bob@example.com", "user:alice@example.com"]
}

resource "google_iap_web_backend_service_iam_member" "alice" {
  project             = "acme-prod"
  web_backend_service = "web"
  role                = "roles/iap.httpsResourceAccessor"
  member              = "user:alice@example.com"
}

resource "google_iap_tunnel_instance_iam_binding" "admins" {
  project  = "acme-prod"
  zone     = "europe-west1-b"
  instance = "bastion"
  role     = "roles/iap.tunnelResourceAccessor"
  members  = ["user:alice@example.com", "user:bob@example.com"]
}

# Who may act as an account.
resource "google_service_account_iam_member" "alice" {
  service_account_id = "projects/acme-prod/serviceAccounts/deploy@acme-prod.iam.gserviceaccount.com"
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "user:alice@example.com"
}

resource "google_future_thing_iam_member" "alice" {
  project = "acme-prod"
  thing   = "t"
  role    = "roles/future.user"
  member  = "user:alice@example.com"
}

resource "google_future_thing_iam_binding" "users" {
  project = "acme-prod"
  thing   = "t"
  role    = "roles/future.user"
  members = ["user:bob@example.com", "user:alice@example.com"]
}

resource "google_future_thing_iam_policy" "all" {
  project = "acme-prod"
  thing   = "t"
  policy_data = jsonencode({
    bindings = [{ role = "roles/future.user", members = ["user:alice@example.com", "user:bob@example.com"] }]
  })
}

resource "google_future_thing_iam_audit_config" "all" {
  project = "acme-prod"
  service = "allServices"

  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = ["user:alice@example.com"]
  }
}
