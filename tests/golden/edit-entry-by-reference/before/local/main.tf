resource "aws_iam_role" "deployer" {
  name               = "ex-deployer"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "viewer" {
  name               = "ex-viewer"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

locals {
  entries = {
    deployer = { principal_arn = aws_iam_role.deployer.arn, groups = ["deploy"] } # on call
    viewer   = { principal_arn = aws_iam_role.viewer.arn }
  }
}

resource "aws_eks_access_entry" "this" {
  for_each = local.entries

  cluster_name      = "main"
  principal_arn     = each.value.principal_arn
  kubernetes_groups = try(each.value.groups, [])
}

output "entries" {
  value = [for key, entry in aws_eks_access_entry.this : entry.principal_arn]
}
