variable "project" {
  type = string
}

resource "google_project_iam_member" "web" {
  project = var.project
  role    = "roles/viewer"
  member  = "serviceAccount:web@${var.project}.iam.gserviceaccount.com"
}
