resource "aws_eks_access_entry" "this" {
  for_each = {
    carol = "arn:aws:iam::111122223333:user/carol"
  }

  cluster_name  = "main"
  principal_arn = each.value
}
