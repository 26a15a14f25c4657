locals {
  # Object ids of the platform team.
  platform = {
    alice = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041" # alice@example.com
    bob   = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777" # bob@example.com
  }
  reader_ids = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041", "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}

data "azurerm_subscription" "prod" {}

data "azuread_user" "alice" {
  user_principal_name = "alice@example.com"
}

# Alice looks after the registry.
resource "azurerm_role_assignment" "alice_registry" {
  scope                = azurerm_container_registry.main.id
  role_definition_name = "AcrPush"
  principal_id         = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
}

resource "azurerm_role_assignment" "alice_backups" {
  scope                = data.azurerm_subscription.prod.id
  role_definition_name = "Backup Operator"
  principal_id         = data.azuread_user.alice.object_id
}

resource "azurerm_role_assignment" "platform" {
  for_each             = local.platform
  scope                = data.azurerm_subscription.prod.id
  role_definition_name = "Contributor"
  principal_id         = each.value
}

resource "azurerm_role_assignment" "readers" {
  for_each             = toset(local.reader_ids)
  scope                = data.azurerm_subscription.prod.id
  role_definition_name = "Reader"
  principal_id         = each.key
}

resource "azurerm_container_registry" "main" {
  name                = "acmeregistry"
  resource_group_name = "platform"
  location            = "westeurope"
  sku                 = "Standard"
}
