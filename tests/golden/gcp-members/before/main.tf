variable "domain" {
  type    = string
  default = "example.com"
}

# One block for one person.
resource "google_project_iam_member" "alice" {
  project = "acme-prod"
  role    = "roles/editor"
  member  = "user:Alice@example.com"
}

resource "google_secret_manager_secret_iam_member" "alice" {
  project   = "acme-prod"
  secret_id = "db"
  role      = "roles/secretmanager.secretAccessor"
  member    = "user:alice@${var.domain}"
}

# The account is gone already; the member still stands.
resource "google_pubsub_topic_iam_member" "deleted" {
  project = "acme-prod"
  topic   = "events"
  role    = "roles/pubsub.subscriber"
  member  = "deleted:user:alice@example.com?uid=112233445566778899000"
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
