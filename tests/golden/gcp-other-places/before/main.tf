resource "google_cloud_identity_group" "platform" {
  parent = "customers/C01"
  labels = { "cloudidentity.googleapis.com/groups.discussion_forum" = "" }

  group_key {
    id = "platform@example.com"
  }
}

resource "google_cloud_identity_group_membership" "platform" {
  for_each = toset(["alice@example.com", "bob@example.com"])
  group    = google_cloud_identity_group.platform.id

  preferred_member_key {
    id = each.value
  }

  roles {
    name = "MEMBER"
  }
}

resource "google_sql_user" "alice" {
  name     = "alice@example.com"
  instance = "main"
  type     = "CLOUD_IAM_USER"
}

resource "google_storage_bucket_acl" "logs" {
  bucket      = "acme-logs"
  role_entity = ["OWNER:user-bob@example.com", "READER:user-alice@example.com"]
}

resource "google_storage_bucket_access_control" "logs" {
  bucket = "acme-logs"
  role   = "READER"
  entity = "user-alice@example.com"
}

resource "google_essential_contacts_contact" "alice" {
  parent                              = "organizations/1"
  email                               = "alice@example.com"
  language_tag                        = "en"
  notification_category_subscriptions = ["SECURITY"]
}

resource "google_access_context_manager_service_perimeter_ingress_policy" "lab" {
  perimeter = "accessPolicies/1/servicePerimeters/lab"

  ingress_from {
    identities = ["user:alice@example.com"]
  }
}
