resource "azuread_user" "alice" {
  user_principal_name = "alice@example.com"
  display_name        = "Alice Example"
  other_mails         = ["alice@example.net"]
}

resource "azuread_user" "bob" {
  user_principal_name = "bob@example.com"
  display_name        = "Bob Example"
}

resource "azuread_group" "platform" {
  display_name     = "platform"
  security_enabled = true
}

resource "azuread_group_member" "alice" {
  group_object_id  = azuread_group.platform.object_id
  member_object_id = azuread_user.alice.object_id
}

resource "azuread_group_member" "bob" {
  group_object_id  = azuread_group.platform.object_id
  member_object_id = azuread_user.bob.object_id
}

resource "azuread_directory_role" "readers" {
  display_name = "Global Reader"
}

resource "azuread_directory_role_assignment" "alice" {
  role_id             = azuread_directory_role.readers.template_id
  principal_object_id = azuread_user.alice.object_id
}

resource "azuread_app_role_assignment" "alice" {
  app_role_id         = "00000000-0000-0000-0000-000000000000"
  principal_object_id = azuread_user.alice.object_id
  resource_object_id  = "9e8d7c6b-5a49-4838-a271-605f4e3d2c1b"
}

resource "azuread_administrative_unit" "emea" {
  display_name = "EMEA"
  members      = [azuread_user.bob.object_id, azuread_user.alice.object_id]
}

resource "azurerm_role_assignment" "alice" {
  scope                = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_name = "Reader"
  principal_id         = azuread_user.alice.object_id
}
