resource "azurerm_mssql_server" "main" {
  name                = "acme-sql"
  resource_group_name = "data"
  location            = "westeurope"
  version             = "12.0"

  azuread_administrator {
    login_username              = "alice@example.com"
    object_id                   = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
    azuread_authentication_only = true
  }
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "alice" {
  server_name         = "acme-pg"
  resource_group_name = "data"
  tenant_id           = "11111111-2222-4333-8444-555555555555"
  object_id           = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
  principal_name      = "alice@example.com"
  principal_type      = "User"
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "team" {
  for_each            = { "alice@example.com" = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041", "bob@example.com" = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777" }
  server_name         = "acme-pg"
  resource_group_name = "data"
  tenant_id           = "11111111-2222-4333-8444-555555555555"
  object_id           = each.value
  principal_name      = each.key
  principal_type      = "User"
}

resource "azurerm_synapse_workspace_aad_admin" "main" {
  synapse_workspace_id = "/subscriptions/x/resourceGroups/data/providers/Microsoft.Synapse/workspaces/acme"
  login                = "alice@example.com"
  object_id            = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
  tenant_id            = "11111111-2222-4333-8444-555555555555"
}
