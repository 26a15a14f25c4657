# Its accounts in the clouds go; the account itself stays, and acts as nobody there.
resource "google_service_account" "reports" {
  account_id = "reports"
  project    = "acme-prod"
}

resource "kubernetes_service_account" "reports" {
  metadata {
    name      = "reports"
    namespace = "web"

    annotations = {
      "iam.gke.io/gcp-service-account" = google_service_account.reports.email
      "team"                           = "data"
    }
  }
}

resource "kubernetes_service_account_v1" "old_reports" {
  metadata {
    name      = "old-reports"
    namespace = "web"

    annotations = {
      "iam.gke.io/gcp-service-account" = "reports@acme-prod.iam.gserviceaccount.com"
    }
  }
}

resource "kubernetes_service_account_v1" "azure_reports" {
  metadata {
    name      = "reports"
    namespace = "aks"

    annotations = {
      "azure.workload.identity/client-id" = "9e8d7c6b-5a49-4838-a271-605f4e3d2c1b"
    }
  }
}
