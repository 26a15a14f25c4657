data "aws_caller_identity" "current" {}

locals {
  cluster_admins = ["bob"]
}

resource "aws_kms_grant" "reader" {
  for_each = toset(["bob"])

  key_id            = "11111111-2222-3333-4444-555555555555"
  grantee_principal = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:user/${each.key}"
  operations        = ["Decrypt"]
}

resource "aws_eks_access_entry" "admins" {
  for_each = toset(local.cluster_admins)

  cluster_name  = "payments"
  principal_arn = "arn:aws:iam::111122223333:user/${each.value}"
}

resource "aws_eks_access_policy_association" "admins" {
  for_each = toset(local.cluster_admins)

  cluster_name  = "payments"
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
  principal_arn = aws_eks_access_entry.admins[each.value].principal_arn

  access_scope {
    type = "cluster"
  }
}

resource "aws_vpc_endpoint_service" "payments" {
  acceptance_required = false
  allowed_principals = [
    "arn:aws:iam::444455556666:root",
  ]
}

resource "aws_ami_launch_permission" "partner" {
  image_id   = "ami-0123456789abcdef0"
  account_id = "111122223333"
}
