resource "kubernetes_role_binding" "importer" {
  metadata {
    name      = "importer"
    namespace = "batch"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = "importer"
  }

  subject {
    kind      = "ServiceAccount"
    name      = "importer"
    namespace = "web"
  }
}

# Another account of the same name.
resource "kubernetes_service_account_v1" "web_importer" {
  metadata {
    name      = "importer"
    namespace = "web"
  }
}
