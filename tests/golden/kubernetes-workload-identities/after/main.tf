resource "kubernetes_service_account" "reports" {
  metadata {
    name      = "reports"
    namespace = "web"

    annotations = {
      "team" = "data"
    }
  }
}

resource "kubernetes_service_account_v1" "old_reports" {
  metadata {
    name      = "old-reports"
    namespace = "web"

    annotations = {}
  }
}

resource "kubernetes_service_account_v1" "azure_reports" {
  metadata {
    name      = "reports"
    namespace = "aks"

    annotations = {}
  }
}
