locals {
  store = "d-1234567890"
  admin = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444"
}

resource "aws_identitystore_user" "alice" {
  identity_store_id = local.store
  user_name         = "alice@example.com"
  display_name      = "Alice Adams"

  name {
    given_name  = "Alice"
    family_name = "Adams"
  }

  emails {
    value   = "alice@example.com"
    primary = true
  }
}

resource "aws_identitystore_group" "platform" {
  identity_store_id = local.store
  display_name      = "platform"
}

resource "aws_identitystore_group_membership" "alice" {
  identity_store_id = local.store
  group_id          = aws_identitystore_group.platform.group_id
  member_id         = aws_identitystore_user.alice.user_id
}

data "aws_identitystore_user" "people" {
  for_each = toset(["alice@example.com", "bob@example.com"])

  identity_store_id = local.store

  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = each.value
    }
  }
}

resource "aws_ssoadmin_account_assignment" "admins" {
  for_each = data.aws_identitystore_user.people

  instance_arn       = "arn:aws:sso:::instance/ssoins-1111222233334444"
  permission_set_arn = local.admin
  principal_type     = "USER"
  principal_id       = each.value.user_id
  target_id          = "111122223333"
  target_type        = "AWS_ACCOUNT"
}

resource "aws_ssoadmin_account_assignment" "platform" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1111222233334444"
  permission_set_arn = local.admin
  principal_type     = "GROUP"
  principal_id       = aws_identitystore_group.platform.group_id
  target_id          = "111122223333"
  target_type        = "AWS_ACCOUNT"
}
