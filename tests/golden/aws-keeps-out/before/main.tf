# Taking alice off this list would let her in.
resource "aws_storagegateway_smb_file_share" "team" {
  gateway_arn       = "arn:aws:storagegateway:eu-west-1:111122223333:gateway/sgw-1"
  location_arn      = "arn:aws:s3:::team"
  role_arn          = "arn:aws:iam::111122223333:role/gateway"
  admin_user_list   = ["CORP\\bob", "CORP\\alice"]
  invalid_user_list = ["CORP\\alice"]
}

# An empty list would let everybody in.
resource "aws_storagegateway_smb_file_share" "alone" {
  gateway_arn     = "arn:aws:storagegateway:eu-west-1:111122223333:gateway/sgw-1"
  location_arn    = "arn:aws:s3:::alone"
  role_arn        = "arn:aws:iam::111122223333:role/gateway"
  valid_user_list = ["alice"]
}

resource "aws_organizations_policy" "guard" {
  name = "guard"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "organizations:LeaveOrganization"
      Resource  = "*"
      Condition = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::*:user/alice", "arn:aws:iam::*:role/break-glass"] } }
    }]
  })
}

resource "aws_organizations_account" "sandbox" {
  name  = "sandbox"
  email = "alice@example.com"
}
