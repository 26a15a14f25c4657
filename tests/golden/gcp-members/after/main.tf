variable "domain" {
  type    = string
  default = "example.com"
}

# Another Alice, and a group of her name.
resource "google_project_iam_member" "other" {
  project = "acme-prod"
  role    = "roles/viewer"
  member  = "user:alice@example.org"
}

resource "google_project_iam_member" "group" {
  project = "acme-prod"
  role    = "roles/viewer"
  member  = "group:alice@example.com"
}

resource "google_project_iam_member" "owners" {
  project = "acme-prod"
  role    = "roles/browser"
  member  = "projectOwner:${google_project.prod.project_id}"
}

resource "google_project" "prod" {
  name       = "prod"
  project_id = var.project_id
}

variable "project_id" {
  type = string
}
