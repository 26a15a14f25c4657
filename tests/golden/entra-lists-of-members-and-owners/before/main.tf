data "azuread_user" "members" {
  for_each            = toset(["alice@example.com", "bob@example.com"])
  user_principal_name = each.value
}

data "azuread_users" "owners" {
  user_principal_names = [
    "alice@example.com",
    "bob@example.com",
  ]
}

resource "azuread_group" "fanned" {
  display_name     = "fanned"
  security_enabled = true
  members          = [for user in data.azuread_user.members : user.object_id]
  owners           = data.azuread_users.owners.object_ids
}

resource "azuread_group" "literal" {
  display_name     = "literal"
  security_enabled = true

  members = [
    "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041",
    "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777",
  ]
}

# Nobody is left in it; the list stays, so that nobody comes back.
resource "azuread_group" "last_member" {
  display_name     = "last-member"
  security_enabled = true
  members          = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"]
}

# Its last owner cannot go.
resource "azuread_group" "last_owner" {
  display_name     = "last-owner"
  security_enabled = true
  owners           = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"]
}

resource "azuread_application" "portal" {
  display_name = "portal"
  owners       = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041", "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
}

resource "azuread_application_registration" "shop" {
  display_name = "shop"
}

resource "azuread_application_owner" "alice" {
  application_id  = azuread_application_registration.shop.id
  owner_object_id = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
}

resource "azuread_group" "dynamic" {
  display_name     = "dynamic"
  security_enabled = true
  types            = ["DynamicMembership"]

  dynamic_membership {
    enabled = true
    rule    = "user.userPrincipalName -in [\"alice@example.com\", \"bob@example.com\"]"
  }
}

resource "azuread_access_package_assignment_policy" "portal" {
  access_package_id = "9e8d7c6b-5a49-4838-a271-605f4e3d2c1b"
  display_name      = "portal"
  description       = "portal"

  requestor_settings {
    scope_type = "SpecificDirectorySubjects"

    requestor {
      object_id    = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
      subject_type = "singleUser"
    }

    requestor {
      object_id    = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
      subject_type = "singleUser"
    }
  }

  approval_settings {
    approval_required = true

    approval_stage {
      approval_timeout_in_days = 14

      primary_approver {
        object_id    = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
        subject_type = "singleUser"
      }
    }
  }
}
