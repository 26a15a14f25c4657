resource "google_billing_account_iam_binding" "payers" {
  billing_account_id = "0A0B0C-0D0E0F-010203"
  role               = "roles/billing.user"
  members            = ["group:finance@example.com"]
}

resource "google_artifact_registry_repository_iam_policy" "images" {
  project    = "acme-prod"
  location   = "europe-west1"
  repository = "images"
  policy_data = jsonencode({
    bindings = [{
      role    = "roles/artifactregistry.reader"
      members = ["group:staff@example.com"]
    }]
  })
}

resource "google_bigquery_table_iam_binding" "readers" {
  project    = "acme-prod"
  dataset_id = "sales"
  table_id   = "orders"
  role       = "roles/bigquery.dataViewer"
  members    = ["user:bob@example.com"]
}

resource "google_iap_tunnel_instance_iam_binding" "admins" {
  project  = "acme-prod"
  zone     = "europe-west1-b"
  instance = "bastion"
  role     = "roles/iap.tunnelResourceAccessor"
  members  = ["user:bob@example.com"]
}

resource "google_future_thing_iam_binding" "users" {
  project = "acme-prod"
  thing   = "t"
  role    = "roles/future.user"
  members = ["user:bob@example.com"]
}

resource "google_future_thing_iam_policy" "all" {
  project = "acme-prod"
  thing   = "t"
  policy_data = jsonencode({
    bindings = [{ role = "roles/future.user", members = ["user:bob@example.com"] }]
  })
}

resource "google_future_thing_iam_audit_config" "all" {
  project = "acme-prod"
  service = "allServices"

  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = []
  }
}
