resource "azuread_application" "web" {
  display_name = "web"
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
  members          = ["5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}
