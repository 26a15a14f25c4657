locals {
  analysts = ["bob@example.com"]
}

resource "google_bigquery_dataset_access" "analyst" {
  for_each      = toset(local.analysts)
  project       = "acme-prod"
  dataset_id    = "sales"
  role          = "READER"
  user_by_email = each.value
}

resource "google_bigquery_dataset" "events" {
  project    = "acme-prod"
  dataset_id = "events"

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }
}

resource "google_bigquery_row_access_policy" "europe" {
  project          = "acme-prod"
  dataset_id       = "sales"
  table_id         = "orders"
  policy_id        = "europe"
  filter_predicate = "region = 'eu'"
  grantees         = ["group:staff@example.com"]
}

resource "google_sql_user" "people" {
  for_each = toset(local.analysts)
  name     = each.value
  instance = "main"
  type     = "CLOUD_IAM_USER"
}

resource "google_storage_bucket_acl" "logs" {
  bucket = "acme-logs"
  role_entity = [
    "OWNER:project-owners-1234",
  ]
}

# Who may ask for the role, and who says yes to it.
resource "google_privileged_access_manager_entitlement" "break_glass" {
  entitlement_id       = "break-glass"
  location             = "global"
  parent               = "projects/acme-prod"
  max_request_duration = "3600s"

  eligible_users {
    principals = ["user:bob@example.com"]
  }

  approval_workflow {
    manual_approvals {
      steps {
        approvals_needed          = 1
        approver_email_recipients = []
        approvers {
          principals = ["user:alice@example.com"]
        }
      }
    }
  }
}

resource "google_iam_workforce_pool_provider" "corp" {
  workforce_pool_id   = "corp"
  location            = "global"
  provider_id         = "corp"
  attribute_mapping   = { "google.subject" = "assertion.sub" }
  attribute_condition = "assertion.email == 'alice@example.com' || assertion.email == 'bob@example.com'"

  oidc {
    issuer_uri = "https://login.example.com"
    client_id  = "corp"
  }
}

resource "google_iam_folder_access_policy" "team" {
  access_policy_id = "team"
  folder           = "456"
  location         = "global"

  details {
    rules {
      effect     = "ALLOW"
      principals = ["principal://goog/subject/alice@example.com"]
    }
  }
}
