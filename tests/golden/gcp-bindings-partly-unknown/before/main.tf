variable "more" {
  type = list(string)
}

# Others may be in it: the block stays.
resource "google_project_iam_binding" "viewers" {
  project = "acme-prod"
  role    = "roles/viewer"
  members = concat(["user:alice@example.com"], [for who in var.more : "user:${who}@example.com"])
}

# Here they are not.
resource "google_project_iam_binding" "browsers" {
  project = "acme-prod"
  role    = "roles/browser"
  members = concat(["user:alice@example.com"], [])
}
