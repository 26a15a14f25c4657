resource "google_storage_bucket" "artifacts" {
  name                        = "${var.project}-artifacts"
  project                     = var.project
  location                    = "EU"
  uniform_bucket_level_access = true
}

resource "google_storage_bucket_iam_binding" "writers" {
  bucket  = google_storage_bucket.artifacts.name
  role    = "roles/storage.objectAdmin"
  members = ["user:alice@example.com", "user:bob@example.com"]
}
