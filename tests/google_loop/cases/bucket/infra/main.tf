resource "google_storage_bucket" "artifacts" {
  name                        = "acme-artifacts"
  project                     = "acme-bucket"
  location                    = "EU"
  uniform_bucket_level_access = true
}

resource "google_storage_bucket_iam_binding" "writers" {
  bucket  = google_storage_bucket.artifacts.name
  role    = "roles/storage.objectAdmin"
  members = ["user:alice@example.com", "user:bob@example.com"]
}

resource "google_storage_bucket_iam_member" "drafts" {
  bucket = google_storage_bucket.artifacts.name
  role   = "roles/storage.objectViewer"
  member = "user:alice@example.com"

  condition {
    title      = "drafts"
    expression = "resource.name.startsWith(\"projects/_/buckets/acme-artifacts/objects/drafts/\")"
  }
}
