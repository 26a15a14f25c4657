module "viewers" {
  source  = "terraform-google-modules/iam/google//modules/projects_iam"
  version = "~> 8.0"

  projects = ["acme-prod"]
  bindings = {
    "roles/viewer"  = ["user:alice@example.com", "user:bob@example.com"]
    "roles/browser" = ["group:staff@example.com"]
  }
}

module "others" {
  source  = "terraform-google-modules/iam/google//modules/projects_iam"
  version = "~> 8.0"

  projects = ["acme-test"]
  bindings = {
    "roles/viewer" = ["user:bob@example.com", "serviceAccount:build@acme-test.iam.gserviceaccount.com"]
  }
}
