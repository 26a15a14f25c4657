variable "member" {
  type = string
}

resource "google_secret_manager_secret_iam_member" "reader" {
  secret_id = "db"
  role      = "roles/secretmanager.secretAccessor"
  member    = var.member
}
