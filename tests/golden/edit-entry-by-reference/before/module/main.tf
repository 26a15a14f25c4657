resource "aws_iam_role" "this" {
  for_each = toset(["deployer", "viewer"])

  name = "ex-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

module "cluster" {
  source = "./cluster"

  access_entries = {
    # The deployer.
    ex-deployer = {
      kubernetes_groups = []
      principal_arn     = aws_iam_role.this["deployer"].arn

      policy_associations = {
        admin = { policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy" }
      }
    }

    ex-viewer = {
      kubernetes_groups = []
      principal_arn     = aws_iam_role.this["viewer"].arn

      policy_associations = {
        view = { policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" }
      }
    }
  }
}
