# Deploys what the pipelines have built.
resource "google_service_account" "deploy" {
  project      = var.project
  account_id   = "deployer"
  display_name = "Deployments"
}

# Who may act as it, for a repair by hand.
resource "google_service_account_iam_member" "repair" {
  for_each = toset(["alice", "bob"])

  service_account_id = google_service_account.deploy.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "user:${each.key}@example.com"
}

# Alice's own jobs.
resource "google_service_account" "alice_jobs" {
  project      = var.project
  account_id   = "alice-jobs"
  display_name = "Alice's nightly jobs"
}

resource "google_service_account_key" "alice_jobs" {
  service_account_id = google_service_account.alice_jobs.name
}

resource "google_project_iam_member" "alice_jobs" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.alice_jobs.member
}

# The reports of the team; everybody made a key of their own for it.
resource "google_service_account" "reports" {
  project      = var.project
  account_id   = "reports"
  display_name = "Reports"
}

resource "google_project_iam_member" "reports" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.reports.member
}
