# The old pipeline.
resource "azuread_application" "ci" {
  display_name = "ci"
}

resource "azuread_service_principal" "ci" {
  client_id = azuread_application.ci.client_id
}

resource "azuread_application_password" "ci" {
  application_id = azuread_application.ci.id
  display_name   = "pipeline"
}

resource "azurerm_role_assignment" "ci" {
  scope                = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_name = "Contributor"
  principal_id         = azuread_service_principal.ci.object_id
}

resource "azuread_application" "web" {
  display_name = "web"
}

resource "azuread_application_pre_authorized" "ci" {
  application_id       = azuread_application.web.id
  authorized_client_id = azuread_application.ci.client_id
  permission_ids       = ["00000000-0000-4000-8000-000000000001"]
}

data "azuread_service_principal" "ci" {
  client_id = "9e8d7c6b-5a49-4838-a271-605f4e3d2c1b"
}

resource "azuread_conditional_access_policy" "ci" {
  display_name = "CI from our network only"
  state        = "enabled"

  conditions {
    client_app_types = ["all"]

    applications {
      included_applications = ["All"]
    }

    client_applications {
      included_service_principals = [data.azuread_service_principal.ci.object_id]
    }
  }
}

resource "azuread_group" "deployers" {
  display_name     = "deployers"
  security_enabled = true
  members          = [data.azuread_service_principal.ci.object_id, "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}
