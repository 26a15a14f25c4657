locals {
  readers = toset([
    "user:bob@example.com",
    "serviceAccount:ci@acme-prod.iam.gserviceaccount.com",
  ])
  projects = ["acme-prod", "acme-test"]
  pairs = {
    for pair in setproduct(local.projects, local.readers) :
    "${pair[0]}/${pair[1]}" => { project = pair[0], member = pair[1] }
  }
}

resource "google_project_iam_member" "viewer" {
  for_each = local.pairs
  project  = each.value.project
  role     = "roles/viewer"
  member   = each.value.member
}

resource "google_folder_iam_member" "viewer" {
  for_each = local.readers
  folder   = "folders/1234"
  role     = "roles/viewer"
  member   = each.key
}

resource "google_storage_bucket_iam_member" "reader" {
  for_each = local.readers
  bucket   = "acme-data"
  role     = "roles/storage.objectViewer"
  member   = each.value
}
