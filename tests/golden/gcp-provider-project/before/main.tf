variable "project" {
  type    = string
  default = "acme-prod"
}

# Nothing below says its project itself: the provider's configuration does.
provider "google" {
  project = var.project
  region  = "europe-west1"
}

provider "google" {
  alias   = "test"
  project = "acme-test"
}

resource "google_service_account" "ci" {
  account_id = "ci-bot"
}

# The same account id in another project is another account.
resource "google_service_account" "ci_of_test" {
  provider   = google.test
  account_id = "ci-bot"
}

resource "google_pubsub_topic_iam_member" "ci" {
  topic  = "orders"
  role   = "roles/pubsub.editor"
  member = google_service_account.ci.member
}

resource "google_pubsub_topic_iam_member" "ci_of_test" {
  provider = google.test
  topic    = "orders"
  role     = "roles/pubsub.editor"
  member   = google_service_account.ci_of_test.member
}

resource "google_compute_subnetwork_iam_binding" "users" {
  subnetwork = "main"
  role       = "roles/compute.networkUser"
  members = [
    "serviceAccount:${google_service_account.ci.email}",
    "serviceAccount:${google_service_account.ci_of_test.email}",
  ]
}

module "prod" {
  source = "./team"
  member = google_service_account.ci.member
}

module "test" {
  source    = "./team"
  providers = { google = google.test }
  member    = google_service_account.ci_of_test.member
}
