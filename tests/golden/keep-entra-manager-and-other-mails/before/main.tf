resource "azuread_user" "alice" {
  user_principal_name = "alice@example.com"
  display_name        = "Alice"
  other_mails         = ["alice@example.com"]
}

# An address that she lent him makes him no leaver.
resource "azuread_user" "bob" {
  user_principal_name = "bob@example.com"
  display_name        = "Bob"
  other_mails         = ["alice@example.com"]
}

resource "azuread_user" "carol" {
  user_principal_name = "carol@example.com"
  display_name        = "Carol"
  manager_id          = azuread_user.alice.object_id
}

resource "azuread_group" "staff" {
  display_name     = "staff"
  security_enabled = true
  members = [
    azuread_user.alice.object_id,
    azuread_user.bob.object_id,
    azuread_user.carol.object_id,
  ]
}
