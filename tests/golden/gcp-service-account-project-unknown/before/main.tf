variable "project" {
  type = string
}

resource "google_service_account" "ci" {
  account_id = "ci-bot"
  project    = var.project
}

resource "google_project_iam_member" "ci" {
  for_each = toset(["roles/run.admin", "roles/viewer"])
  project  = var.project
  role     = each.value
  member   = "serviceAccount:${google_service_account.ci.email}"
}

resource "google_project_iam_member" "web" {
  project = var.project
  role    = "roles/viewer"
  member  = "serviceAccount:web@${var.project}.iam.gserviceaccount.com"
}
