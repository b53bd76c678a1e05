# The demo's table, with a router in front of the backend that is there already. An item that is handed from one tenant to
# another must be noticed, so the images are asked as well as the key.

module "dynamodb" {
  source = "../../modules/dynamodb-stream"

  name = "demo-dynamodb"
  stream = {
    arn       = aws_dynamodb_table.orders.stream_arn
    view_type = aws_dynamodb_table.orders.stream_view_type
  }

  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  tenant_id = {
    from = [
      { path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)$" },
      { path = "$.dynamodb.NewImage.tenantId.S" },
      { path = "$.dynamodb.OldImage.tenantId.S" },
    ]
  }

  on_reject          = { quarantine = module.quarantine.queue }
  new_failure_bucket = { force_destroy = true }
}

resource "aws_dynamodb_table" "orders" {
  #checkov:skip=CKV_AWS_119: it lives for minutes, on an emulator
  name             = "demo-orders"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  range_key        = "sk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name = "demo-dynamodb-quarantine"
}
