locals {
  clusters = {
    # The bucket of this cluster has to stay.
    next = { name = "next", deployer = "arn:aws:iam::111122223333:role/carol" }
  }
}

resource "aws_eks_access_entry" "deployer" {
  for_each = local.clusters

  cluster_name  = each.value.name
  principal_arn = each.value.deployer
}

resource "aws_s3_bucket" "this" {
  for_each = local.clusters

  bucket = "logs-of-${each.value.name}"
}
