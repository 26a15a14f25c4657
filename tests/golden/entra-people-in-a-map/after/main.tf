locals {
  people = {
    "bob@example.com" = { name = "Bob Example", roles = ["Global Reader"] }
  }
  assignments = merge([
    for upn, person in local.people : {
      for role in person.roles : "${upn}/${role}" => { upn = upn, role = role }
    }
  ]...)
}

resource "azuread_user" "people" {
  for_each            = local.people
  user_principal_name = each.key
  display_name        = each.value.name
}

resource "azuread_directory_role" "roles" {
  for_each     = toset(flatten([for person in local.people : person.roles]))
  display_name = each.key
}

resource "azuread_directory_role_assignment" "people" {
  for_each            = local.assignments
  role_id             = azuread_directory_role.roles[each.value.role].template_id
  principal_object_id = azuread_user.people[each.value.upn].object_id
}

resource "azuread_group" "staff" {
  display_name     = "staff"
  security_enabled = true
  members          = [for user in azuread_user.people : user.object_id]
}
