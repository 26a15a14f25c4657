data "azurerm_client_config" "current" {}

data "azuread_user" "alice" {
  user_principal_name = "alice@example.com"
}

locals {
  readers = {
    alice = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
    bob   = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
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

  # Alice rotates the certificates.
  access_policy {
    tenant_id = data.azurerm_client_config.current.tenant_id
    object_id = data.azuread_user.alice.object_id

    secret_permissions = ["Get"]
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

resource "azurerm_key_vault_access_policy" "alice" {
  key_vault_id = azurerm_key_vault.shared.id
  tenant_id    = data.azurerm_client_config.current.tenant_id
  object_id    = data.azuread_user.alice.object_id

  key_permissions = ["Get"]
}

resource "azurerm_key_vault_certificate_contacts" "shared" {
  key_vault_id = azurerm_key_vault.shared.id

  contact {
    email = "alice@example.com"
    name  = "Alice"
  }
}
