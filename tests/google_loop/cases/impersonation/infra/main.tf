resource "google_service_account" "deployer" {
  project      = "acme-impersonation"
  account_id   = "deployer"
  display_name = "Deployments"
}

# Who may act as it, for a repair by hand.
resource "google_service_account_iam_member" "repair" {
  for_each = toset(["alice", "bob"])

  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "user:${each.key}@example.com"
}
