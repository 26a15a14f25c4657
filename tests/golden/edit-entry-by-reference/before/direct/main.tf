resource "aws_iam_role" "deployer" {
  name               = "ex-deployer"
  assume_role_policy = file("${path.module}/trust.json")
}

resource "aws_eks_access_entry" "this" {
  for_each = {
    deployer = aws_iam_role.deployer.arn
    carol    = "arn:aws:iam::111122223333:user/carol"
  }

  cluster_name  = "main"
  principal_arn = each.value
}

# All that it makes is the leaver's.
resource "aws_eks_access_policy_association" "this" {
  for_each = toset(["AmazonEKSAdminPolicy", "AmazonEKSViewPolicy"])

  cluster_name  = "main"
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/${each.key}"
  principal_arn = aws_iam_role.deployer.arn
}
