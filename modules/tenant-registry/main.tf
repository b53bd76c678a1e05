# One item for each tenant. Routers read it, tenantctl writes it; the README explains the attributes.

locals {
  hash_key = "tenant_id"
}

resource "aws_dynamodb_table" "tenants" {
  #checkov:skip=CKV_AWS_119: DynamoDB encrypts with a key of its own at no cost; kms_key_arn takes one of yours
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = local.hash_key
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = local.hash_key
    type = "S"
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # Without this block, DynamoDB uses a key that it owns. `enabled` alone would select the account's aws/dynamodb key, which
  # costs KMS requests without a benefit [DynamoDB developer guide "DynamoDB encryption at rest"].
  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn[*]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}

# Initial tenants of an empty table. The provider creates an item only if there is none with that id.
resource "aws_dynamodb_table_item" "tenant" {
  for_each = var.tenants

  table_name = aws_dynamodb_table.tenants.name
  hash_key   = local.hash_key

  # Unset attributes are not written: without `principals` any sender is accepted, without `backend` the source's backend is
  # used.
  item = jsonencode({ for name, value in {
    (local.hash_key) = { S = each.key }
    status           = { S = each.value.status }
    principals       = each.value.principals == null ? null : { SS = sort(each.value.principals) }
    backend          = each.value.backend == null ? null : { S = each.value.backend }
  } : name => value if value != null })

  lifecycle {
    # After creation, tenantctl manages the item: an apply must not activate a tenant that an operator has suspended.
    ignore_changes = [item]
  }
}
