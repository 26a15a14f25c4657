resource "kubernetes_manifest" "admins" {
  manifest = {
    apiVersion = "rbac.authorization.k8s.io/v1"
    kind       = "ClusterRoleBinding"

    metadata = {
      name = "admins"
    }

    roleRef = {
      apiGroup = "rbac.authorization.k8s.io"
      kind     = "ClusterRole"
      name     = "cluster-admin"
    }

    subjects = [
      {
        apiGroup = "rbac.authorization.k8s.io"
        kind     = "User"
        name     = "bob@example.com"
      },
    ]
  }
}

resource "kubernetes_manifest" "editors" {
  manifest = yamldecode(file("${path.module}/editors.yaml"))
}

resource "kubectl_manifest" "viewers" {
  yaml_body = <<-YAML
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: viewers
      namespace: web
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: view
    subjects:
      - kind: User
        name: bob@example.com
        apiGroup: rbac.authorization.k8s.io
  YAML
}

resource "kubernetes_manifest" "settings" {
  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "settings", namespace = "web" }
    data       = { contact = "ops@example.com" }
  }
}
