resource "azurerm_user_assigned_identity" "deploy" {
  name                = "deploy"
  location            = "westeurope"
  resource_group_name = "platform"
}

resource "azurerm_federated_identity_credential" "web_main" {
  name                = "web-main"
  resource_group_name = "platform"
  parent_id           = azurerm_user_assigned_identity.deploy.id
  issuer              = "https://token.actions.githubusercontent.com"
  audience            = ["api://AzureADTokenExchange"]
  subject             = "repo:acme/web:ref:refs/heads/main"
}

resource "azurerm_federated_identity_credential" "api_main" {
  name                = "api-main"
  resource_group_name = "platform"
  parent_id           = azurerm_user_assigned_identity.deploy.id
  issuer              = "https://token.actions.githubusercontent.com"
  audience            = ["api://AzureADTokenExchange"]
  subject             = "repo:acme/api:ref:refs/heads/main"
}

resource "azuread_application" "ci" {
  display_name = "ci"
}

resource "azuread_application_federated_identity_credential" "ci" {
  for_each       = toset(["web", "api"])
  application_id = azuread_application.ci.id
  display_name   = "${each.key}-production"
  issuer         = "https://token.actions.githubusercontent.com"
  audiences      = ["api://AzureADTokenExchange"]
  subject        = "repo:acme/${each.key}:environment:production"
}

resource "azuread_application_flexible_federated_identity_credential" "web" {
  application_id             = azuread_application.ci.id
  display_name               = "web"
  issuer                     = "https://token.actions.githubusercontent.com"
  audience                   = "api://AzureADTokenExchange"
  claims_matching_expression = "claims['sub'] matches 'repo:acme/web:ref:refs/heads/*'"
}

# Every repository of the organisation: said, never cut.
resource "azuread_application_flexible_federated_identity_credential" "all" {
  application_id             = azuread_application.ci.id
  display_name               = "all"
  issuer                     = "https://token.actions.githubusercontent.com"
  audience                   = "api://AzureADTokenExchange"
  claims_matching_expression = "claims['sub'] matches 'repo:acme/*'"
}
