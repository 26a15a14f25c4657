# Whoever is not in this list loses the role.
resource "google_project_iam_binding" "deployers" {
  project = "acme-binding"
  role    = "roles/run.developer"

  members = [
    "group:oncall-rota@example.com",
    "serviceAccount:ci@acme-binding.iam.gserviceaccount.com",
    "user:bob@example.com",
    "user:carol@example.com",
  ]
}
