locals {
  groups_of = {
    bob   = ["staff"]
    carol = ["staff"] # night
  }
}

resource "aws_identitystore_user" "person" {
  for_each          = local.groups_of
  identity_store_id = "d-1234567890"
  user_name         = each.key
  display_name      = each.key

  name {
    given_name  = "x"
    family_name = "x"
  }
}
