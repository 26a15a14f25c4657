variable "project" {
  type = string
}

resource "google_pubsub_topic_iam_member" "alice" {
  project = var.project
  topic   = "orders"
  role    = "roles/pubsub.viewer"
  member  = "user:Alice@example.com"
}

resource "google_storage_bucket_iam_binding" "readers" {
  bucket  = "acme-logs"
  role    = "roles/storage.objectViewer"
  members = ["user:alice@example.com", "user:bob@example.com"]
}

resource "google_folder_iam_member" "alice" {
  folder = "456"
  role   = "roles/viewer"
  member = "user:alice@example.com"
}

resource "google_kms_crypto_key_iam_member" "alice" {
  crypto_key_id = "acme-prod/global/ring/key"
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  member        = "user:alice@example.com"
}

data "google_iam_policy" "secret" {
  binding {
    role    = "roles/secretmanager.secretAccessor"
    members = ["user:alice@example.com", "group:staff@example.com"]
  }
}

resource "google_secret_manager_secret_iam_policy" "db" {
  project     = var.project
  secret_id   = "db"
  policy_data = data.google_iam_policy.secret.policy_data
}

resource "google_service_account_iam_member" "alice" {
  service_account_id = "projects/${var.project}/serviceAccounts/deploy@${var.project}.iam.gserviceaccount.com"
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "user:alice@example.com"
}
