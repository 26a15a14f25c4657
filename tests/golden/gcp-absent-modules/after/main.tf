module "project" {
  source     = "terraform-google-modules/project-factory/google"
  version    = "~> 14.0"
  name       = "acme"
  org_id     = "123"
  group_name = "contractors"
  group_role = "roles/editor"
  essential_contacts = {
    "alice@example.com" = ["SECURITY"]
  }
  shared_vpc_subnets = []
}
module "iam" {
  source  = "terraform-google-modules/iam/google//modules/projects_iam"
  version = "8.0.0"
  bindings = {
    "roles/viewer"    = ["user:Alice@example.com"]
    "roles/editor"    = ["deleted:user:alice@example.com?uid=123"]
    "roles/run.admin" = ["principalSet://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/attribute.repository/example/payments"]
    "roles/x"         = ["serviceAccount:ci-bot@acme-prod.iam.gserviceaccount.com", "serviceAccount:acme-prod.svc.id.goog[batch/importer]"]
    "roles/y"         = ["group:contractors@example.com", "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github/subject/repo:example/payments:ref:refs/heads/main", "user:al@example.com"]
  }
}
module "sa" {
  source     = "terraform-google-modules/service-accounts/google"
  version    = "4.0.0"
  project_id = "acme-prod"
  names      = ["ci-bot"]
}
module "wi" {
  source     = "terraform-google-modules/kubernetes-engine/google//modules/workload-identity"
  version    = "30.0.0"
  name       = "importer"
  namespace  = "batch"
  project_id = "acme-prod"
}
