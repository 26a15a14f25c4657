locals {
  analysts = {
    alice = ["SELECT", "DESCRIBE"]
    bob   = ["SELECT"]
  }
}

resource "aws_lakeformation_data_lake_settings" "this" {
  admins = [
    "arn:aws:iam::111122223333:role/lake-admin",
    "arn:aws:iam::111122223333:user/alice",
  ]
  read_only_admins = ["arn:aws:iam::111122223333:user/alice"]

  create_database_default_permissions {
    permissions = ["SELECT"]
    principal   = "arn:aws:iam::111122223333:user/alice"
  }

  create_database_default_permissions {
    permissions = ["ALL"]
    principal   = "IAM_ALLOWED_PRINCIPALS"
  }
}

resource "aws_lakeformation_permissions" "analysts" {
  for_each = local.analysts

  principal   = "arn:aws:iam::111122223333:user/${each.key}"
  permissions = each.value

  database {
    name = "sales"
  }
}

# Alice looks into this database from QuickSight.
resource "aws_lakeformation_permissions" "dashboard" {
  principal   = "arn:aws:quicksight:eu-west-1:111122223333:user/default/alice@example.com"
  permissions = ["DESCRIBE"]

  database {
    name = "sales"
  }
}

resource "aws_glue_catalog_database" "sales" {
  name = "sales"

  create_table_default_permission {
    permissions = ["SELECT"]

    principal {
      data_lake_principal_identifier = "arn:aws:iam::111122223333:user/alice"
    }
  }
}
