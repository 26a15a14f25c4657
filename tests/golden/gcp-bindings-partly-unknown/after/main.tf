variable "more" {
  type = list(string)
}

# Others may be in it: the block stays.
resource "google_project_iam_binding" "viewers" {
  project = "acme-prod"
  role    = "roles/viewer"
  members = concat([], [for who in var.more : "user:${who}@example.com"])
}
