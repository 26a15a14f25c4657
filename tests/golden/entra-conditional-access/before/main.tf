resource "azuread_conditional_access_policy" "mfa" {
  display_name = "MFA for everybody"
  state        = "enabled"

  conditions {
    client_app_types = ["all"]

    applications {
      included_applications = ["All"]
    }

    users {
      included_users = ["All"]
      excluded_users = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041", "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"]
    }
  }

  grant_controls {
    operator          = "OR"
    built_in_controls = ["mfa"]
  }
}

# It restrains her: a person takes her out.
resource "azuread_conditional_access_policy" "pilot" {
  display_name = "Pilot"
  state        = "enabled"

  conditions {
    client_app_types = ["all"]

    applications {
      included_applications = ["All"]
    }

    users {
      included_users = ["0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"]
    }
  }

  grant_controls {
    operator          = "OR"
    built_in_controls = ["block"]
  }
}
