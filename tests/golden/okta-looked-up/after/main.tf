data "okta_user" "alice" {
  search {
    name  = "profile.login"
    value = "alice@example.com"
  }
}

data "okta_user" "team" {
  for_each = toset(["bob@example.com"])

  search {
    name  = "profile.login"
    value = each.value
  }
}

data "okta_group" "platform" {
  name = "platform"
}

resource "okta_group_memberships" "platform" {
  group_id = data.okta_group.platform.id
  users    = [for person in data.okta_user.team : person.id]
}

resource "okta_app_user" "team" {
  for_each = data.okta_user.team
  app_id   = "0oa1gjh63g214q0Hq0g4"
  user_id  = each.value.id
  username = each.key
}

resource "okta_admin_role_custom_assignments" "helpdesk" {
  resource_set_id = "iamoJDFKaJxGIr0oamd9g"
  custom_role_id  = "cr0Yq6IJxGIr0ouum0g3"
  members = [
    "https://acme.okta.com/api/v1/groups/${data.okta_group.platform.id}",
  ]
}

resource "okta_group_memberships" "by_id" {
  group_id = data.okta_group.platform.id
  users    = ["00uZZZZZZZZZZZZZZZZZ"]
}

# The rule names her among others, and leaves her out of another: both are a person's.
resource "okta_group_rule" "leads" {
  name              = "leads"
  status            = "ACTIVE"
  group_assignments = [data.okta_group.platform.id]
  expression_type   = "urn:okta:expression:1.0"
  expression_value  = "user.login == \"alice@example.com\" OR user.login == \"bob@example.com\""
}

resource "okta_group_rule" "all" {
  name              = "all"
  status            = "ACTIVE"
  group_assignments = [data.okta_group.platform.id]
  expression_type   = "urn:okta:expression:1.0"
  expression_value  = "isMemberOfAnyGroup(\"00g1\")"
  users_excluded    = [data.okta_user.alice.id]
}
