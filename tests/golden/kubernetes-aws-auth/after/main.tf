resource "kubernetes_config_map" "aws_auth" {
  metadata {
    name      = "aws-auth"
    namespace = "kube-system"
  }

  data = {
    mapRoles = yamlencode([
      {
        rolearn  = "arn:aws:iam::111122223333:role/nodes"
        username = "system:node:{{EC2PrivateDNSName}}"
        groups   = ["system:bootstrappers", "system:nodes"]
      },
    ])
    mapUsers = yamlencode([
      {
        userarn  = "arn:aws:iam::111122223333:user/bob"
        username = "bob"
        groups   = ["system:masters"]
      },
    ])
  }
}

resource "kubernetes_config_map_v1_data" "aws_auth" {
  force = true

  metadata {
    name      = "aws-auth"
    namespace = "kube-system"
  }

  data = {
    mapUsers = <<-YAML
      - userarn: arn:aws:iam::111122223333:user/bob
        username: bob
        groups:
          - system:masters
    YAML
  }
}

locals {
  admins = ["bob"]
}

resource "kubernetes_config_map_v1" "aws_auth" {
  metadata {
    name      = "aws-auth"
    namespace = "kube-system"
  }

  data = {
    mapUsers = yamlencode([
      for name in local.admins : {
        userarn  = "arn:aws:iam::111122223333:user/${name}"
        username = name
        groups   = ["system:masters"]
      }
    ])
  }
}

# The only one of its map.
resource "kubernetes_config_map_v1" "lab" {
  metadata {
    name      = "aws-auth"
    namespace = "kube-system"
  }

  data = {
    mapUsers = yamlencode([])
  }
}

resource "kubernetes_config_map" "other" {
  metadata {
    name = "settings"
  }

  data = {
    mapUsers = "alice"
  }
}
