resource "azurerm_pim_eligible_role_assignment" "owner" {
  for_each           = { bob = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777" }
  scope              = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_id = "/subscriptions/00000000-1111-2222-3333-444444444444/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
  principal_id       = each.value

  ticket {
    number = "CHG-77"
    system = "jira"
  }
}

# Approvers: the first of two may go, the only one is replaced by a person.
resource "azurerm_role_management_policy" "owner" {
  scope              = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_id = "/subscriptions/00000000-1111-2222-3333-444444444444/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

  activation_rules {
    require_approval = true

    approval_stage {
      primary_approver {
        object_id = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
        type      = "User"
      }
    }
  }

  notification_rules {
    eligible_activations {
      admin_notifications {
        notification_level    = "Critical"
        default_recipients    = false
        additional_recipients = ["security@example.com"]
      }
    }
  }
}

resource "azurerm_role_management_policy" "reader" {
  scope              = "/subscriptions/00000000-1111-2222-3333-444444444444"
  role_definition_id = "/subscriptions/00000000-1111-2222-3333-444444444444/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"

  activation_rules {
    require_approval = true

    approval_stage {
      primary_approver {
        object_id = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
        type      = "User"
      }
    }
  }
}

resource "azurerm_analysis_services_server" "finance" {
  name                = "acmefinance"
  location            = "westeurope"
  resource_group_name = "data"
  sku                 = "S0"
  admin_users         = ["app:9e8d7c6b-5a49-4838-a271-605f4e3d2c1b@example.com"]
}

resource "azurerm_fabric_capacity" "lab" {
  name                   = "acmelab"
  resource_group_name    = "data"
  location               = "westeurope"
  administration_members = ["alice@example.com"]

  sku {
    name = "F2"
    tier = "Fabric"
  }
}

resource "azurerm_monitor_action_group" "oncall" {
  name                = "oncall"
  resource_group_name = "platform"
  short_name          = "oncall"

  email_receiver {
    name          = "bob"
    email_address = "bob@example.com"
  }
}

resource "azurerm_consumption_budget_subscription" "monthly" {
  name            = "monthly"
  subscription_id = "/subscriptions/00000000-1111-2222-3333-444444444444"
  amount          = 1000

  time_period {
    start_date = "2025-01-01T00:00:00Z"
  }

  notification {
    operator       = "GreaterThan"
    threshold      = 80
    contact_emails = ["finops@example.com"]
  }
}

resource "azurerm_consumption_budget_resource_group" "lab" {
  name              = "lab"
  resource_group_id = "/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/lab"
  amount            = 100

  time_period {
    start_date = "2025-01-01T00:00:00Z"
  }

  notification {
    operator       = "GreaterThan"
    threshold      = 100
    contact_emails = ["alice@example.com"]
  }
}
