provider "google" {
  project = "acme-prod"
}

resource "google_kms_key_ring" "ring" {
  name     = "ring"
  location = "europe-west1"
}

resource "google_kms_crypto_key" "key" {
  name     = "key"
  key_ring = google_kms_key_ring.ring.id
}

resource "google_pubsub_topic" "orders" {
  for_each = toset(["orders", "payments"])
  name     = each.value
}

resource "google_pubsub_topic_iam_binding" "readers" {
  for_each = google_pubsub_topic.orders
  topic    = each.value.id
  role     = "roles/pubsub.viewer"
  members  = ["user:bob@example.com"]
}

resource "google_secret_manager_secret" "db" {
  secret_id = "db"
}

resource "google_compute_instance" "bastion" {
  name = "bastion"
  zone = "europe-west1-b"
}

resource "google_storage_bucket" "logs" {
  name = "acme-logs"
}

resource "google_storage_bucket_iam_binding" "readers" {
  bucket  = google_storage_bucket.logs.id
  role    = "roles/storage.objectViewer"
  members = concat([], ["group:staff@example.com"])
}
