resource "kubernetes_service_account" "importer" {
  metadata {
    name      = "importer"
    namespace = "batch"

    annotations = {
      "eks.amazonaws.com/role-arn" = "arn:aws:iam::111122223333:role/importer"
    }
  }
}

resource "kubernetes_secret_v1" "importer_token" {
  metadata {
    name      = "importer-token"
    namespace = "batch"

    annotations = {
      "kubernetes.io/service-account.name" = kubernetes_service_account.importer.metadata[0].name
    }
  }

  type = "kubernetes.io/service-account-token"
}

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
    namespace = "batch"
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
