resource "kubernetes_cluster_role_binding" "admins" {
  metadata {
    name = "admins"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }

  subject {
    kind      = "User"
    name      = "bob@example.com"
    api_group = "rbac.authorization.k8s.io"
  }

  subject {
    kind      = "User"
    name      = "alice@example.com"
    api_group = "rbac.authorization.k8s.io"
  }

  subject {
    kind      = "Group"
    name      = "alice@example.com"
    api_group = "rbac.authorization.k8s.io"
  }
}

# She is the only one: the binding goes.
resource "kubernetes_role_binding_v1" "alice" {
  metadata {
    name      = "alice"
    namespace = "web"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "edit"
  }

  subject {
    kind      = "User"
    name      = "oidc:alice@example.com"
    api_group = "rbac.authorization.k8s.io"
  }
}

resource "kubernetes_role_binding" "team" {
  for_each = toset(["web", "api"])

  metadata {
    name      = "team"
    namespace = each.key
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }

  dynamic "subject" {
    for_each = ["alice@example.com", "bob@example.com"]

    content {
      kind      = "User"
      name      = subject.value
      api_group = "rbac.authorization.k8s.io"
    }
  }
}

resource "kubernetes_cluster_role_binding_v1" "people" {
  for_each = { alice = "alice@example.com", bob = "bob@example.com" }

  metadata {
    name = "person-${each.key}"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }

  subject {
    kind      = "User"
    name      = each.value
    api_group = "rbac.authorization.k8s.io"
  }
}

# Everybody who is signed in: said, never cut.
resource "kubernetes_cluster_role_binding" "everybody" {
  metadata {
    name = "everybody"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }

  subject {
    kind      = "Group"
    name      = "system:authenticated"
    api_group = "rbac.authorization.k8s.io"
  }
}
