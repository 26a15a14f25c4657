variable "access_entries" {
  type    = any
  default = {}
}

locals {
  flattened = flatten([
    for key, entry in var.access_entries : [
      for name, policy in entry.policy_associations :
      { principal_arn = entry.principal_arn, key = key, name = name, policy_arn = policy.policy_arn }
    ]
  ])
}

resource "aws_eks_access_entry" "this" {
  for_each = var.access_entries

  cluster_name  = "main"
  principal_arn = each.value.principal_arn
}

resource "aws_eks_access_policy_association" "this" {
  for_each = { for one in local.flattened : "${one.key}_${one.name}" => one }

  cluster_name  = "main"
  policy_arn    = each.value.policy_arn
  principal_arn = each.value.principal_arn

  depends_on = [aws_eks_access_entry.this]
}
