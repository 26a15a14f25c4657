data "azurerm_client_config" "current" {}

locals {
  readers = {
    bob = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
  }
}

resource "azurerm_key_vault" "shared" {
  name                = "acme-shared"
  location            = "westeurope"
  resource_group_name = "platform"
  tenant_id           = data.azurerm_client_config.current.tenant_id
  sku_name            = "standard"

  access_policy {
    tenant_id = data.azurerm_client_config.current.tenant_id
    object_id = data.azurerm_client_config.current.object_id

    secret_permissions = ["Get", "List", "Set"]
  }

  access_policy {
    tenant_id = data.azurerm_client_config.current.tenant_id
    object_id = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"

    secret_permissions = ["Get"]
  }
}

resource "azurerm_key_vault" "own" {
  name                = "acme-alice"
  location            = "westeurope"
  resource_group_name = "platform"
  tenant_id           = data.azurerm_client_config.current.tenant_id
  sku_name            = "standard"

  access_policy {
    tenant_id = data.azurerm_client_config.current.tenant_id
    object_id = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"

    secret_permissions = ["Get"]
  }
}

resource "azurerm_key_vault" "fanned" {
  name                = "acme-fanned"
  location            = "westeurope"
  resource_group_name = "platform"
  tenant_id           = data.azurerm_client_config.current.tenant_id
  sku_name            = "standard"

  dynamic "access_policy" {
    for_each = local.readers

    content {
      tenant_id = data.azurerm_client_config.current.tenant_id
      object_id = access_policy.value

      secret_permissions = ["Get"]
    }
  }
}
