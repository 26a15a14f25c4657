resource "okta_user" "alice" {
  first_name = "Alice"
  last_name  = "Example"
  login      = "alice@example.com"
  email      = "alice@example.com"
}

resource "okta_user" "bob" {
  first_name = "Bob"
  last_name  = "Example"
  login      = "bob@example.com"
  email      = "bob@example.com"
}

resource "okta_group" "platform" {
  name = "platform"
}

resource "okta_group" "solo" {
  name = "solo"
}

resource "okta_group_memberships" "platform" {
  group_id = okta_group.platform.id
  users = [
    okta_user.alice.id,
    okta_user.bob.id,
  ]
}

resource "okta_group_memberships" "solo" {
  group_id = okta_group.solo.id
  users    = [okta_user.alice.id]
}

resource "okta_user_group_memberships" "alice" {
  user_id = okta_user.alice.id
  groups  = [okta_group.platform.id, okta_group.solo.id]
}

resource "okta_user_admin_roles" "alice" {
  user_id     = okta_user.alice.id
  admin_roles = ["APP_ADMIN"]
}

resource "okta_group_owner" "alice" {
  group_id          = okta_group.platform.id
  id_of_group_owner = okta_user.alice.id
  type              = "USER"
}

resource "okta_app_user" "alice" {
  app_id   = "0oa1gjh63g214q0Hq0g4"
  user_id  = okta_user.alice.id
  username = "alice@example.com"
}
