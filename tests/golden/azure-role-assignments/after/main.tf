locals {
  # Object ids of the platform team.
  platform = {
    bob = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777" # bob@example.com
  }
  reader_ids = ["5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}

data "azurerm_subscription" "prod" {}

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
