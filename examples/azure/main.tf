# Entra ID knows people by object ids; the configuration says whose they are by looking them up.

variable "subscription" {
  type    = string
  default = "/subscriptions/00000000-0000-0000-0000-000000000000"
}

locals {
  platform = {
    alice = "alice@example.com"
    bob   = "bob@example.com"
  }
}

data "azuread_user" "platform" {
  for_each            = local.platform
  user_principal_name = each.value
}

resource "azuread_group" "platform" {
  display_name     = "platform"
  security_enabled = true
}

resource "azuread_group_member" "platform" {
  for_each         = local.platform
  group_object_id  = azuread_group.platform.object_id
  member_object_id = data.azuread_user.platform[each.key].object_id
}

# Alice's emergency access, by the id alone.
resource "azurerm_role_assignment" "alice_emergency" {
  scope                = var.subscription
  role_definition_name = "Owner"
  principal_id         = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
}

# Everybody on the team.
resource "azurerm_role_assignment" "contributor" {
  for_each             = local.platform
  scope                = var.subscription
  role_definition_name = "Contributor"
  principal_id         = data.azuread_user.platform[each.key].object_id
}
