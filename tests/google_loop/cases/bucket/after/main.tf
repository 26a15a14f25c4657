resource "google_storage_bucket" "artifacts" {
  name                        = "acme-artifacts"
  project                     = "acme-bucket"
  location                    = "EU"
  uniform_bucket_level_access = true
}

resource "google_storage_bucket_iam_binding" "writers" {
  bucket  = google_storage_bucket.artifacts.name
  role    = "roles/storage.objectAdmin"
  members = ["user:bob@example.com"]
}
