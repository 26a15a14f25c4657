resource "azuread_user" "bob" {
  user_principal_name = "bob@example.com"
  display_name        = "Bob Example"
}

resource "azuread_group" "platform" {
  display_name     = "platform"
  security_enabled = true
}

resource "azuread_group_member" "bob" {
  group_object_id  = azuread_group.platform.object_id
  member_object_id = azuread_user.bob.object_id
}

resource "azuread_directory_role" "readers" {
  display_name = "Global Reader"
}

resource "azuread_administrative_unit" "emea" {
  display_name = "EMEA"
  members      = [azuread_user.bob.object_id]
}
