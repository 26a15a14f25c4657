data "azuread_users" "auditors" {
  user_principal_names = ["bob@example.com", "alice@example.com"]
}

# The keys are ids that only the cloud knows; whose they are stands above.
resource "azurerm_role_assignment" "auditors" {
  for_each             = toset(data.azuread_users.auditors.object_ids)
  scope                = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_name = "Log Analytics Reader"
  principal_id         = each.value
}

# Here the keys are names.
resource "azurerm_role_assignment" "readers" {
  for_each             = zipmap(data.azuread_users.auditors.user_principal_names, data.azuread_users.auditors.object_ids)
  scope                = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_name = "Reader"
  principal_id         = each.value
}
