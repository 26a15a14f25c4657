resource "google_cloud_identity_group" "platform" {
  parent = "customers/C01"
  labels = { "cloudidentity.googleapis.com/groups.discussion_forum" = "" }

  group_key {
    id = "platform@example.com"
  }
}

resource "google_cloud_identity_group_membership" "platform" {
  for_each = toset(["bob@example.com"])
  group    = google_cloud_identity_group.platform.id

  preferred_member_key {
    id = each.value
  }

  roles {
    name = "MEMBER"
  }
}

resource "google_storage_bucket_acl" "logs" {
  bucket      = "acme-logs"
  role_entity = ["OWNER:user-bob@example.com"]
}
