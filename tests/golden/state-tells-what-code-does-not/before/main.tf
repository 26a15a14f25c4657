data "aws_identitystore_user" "oncall" {
  identity_store_id = "d-1"
  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = var.oncall
    }
  }
}

resource "aws_identitystore_group_membership" "oncall" {
  identity_store_id = "d-1"
  group_id          = "g-oncall"
  member_id         = data.aws_identitystore_user.oncall.user_id
}

variable "oncall" {
  type = string
}
