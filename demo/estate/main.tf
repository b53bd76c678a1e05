# The demo's streams and its table, each with a router in front of the backend that is there already.

locals {
  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  # The key of a stream's record is <tenant>#<anything>, and the data must name the same tenant.
  tenant_of_record = {
    from       = [{ path = "$.kinesis.data.tenantId" }]
    must_match = [{ path = "$.kinesis.partitionKey", capture = "^([^#]+)#" }]
  }

  # Batches of several tenants, and an end to retries that one can wait for.
  polling = {
    batch_size             = 25
    maximum_retry_attempts = 3
  }
}

# A stream whose router invokes the backend itself, read with enhanced fan-out.
module "kinesis" {
  source = "../../modules/kinesis"

  name       = "demo-kinesis"
  new_stream = { mode = "PROVISIONED", shard_count = 2 }
  consumer   = { create = true }

  artifacts          = local.artifacts
  backend            = local.backend
  router             = local.router
  tenant_id          = local.tenant_of_record
  polling            = local.polling
  on_reject          = { quarantine = module.quarantine["kinesis"].queue }
  new_failure_bucket = { force_destroy = true }
}

# A stream whose router puts the records into a FIFO queue, which a second router drains.
module "bridged" {
  source = "../../modules/kinesis"

  name       = "demo-bridged"
  new_stream = { mode = "PROVISIONED", shard_count = 1 }
  bridge     = {}

  artifacts          = local.artifacts
  backend            = local.backend
  router             = local.router
  tenant_id          = local.tenant_of_record
  polling            = local.polling
  on_reject          = { quarantine = module.quarantine["bridged"].queue }
  new_failure_bucket = { force_destroy = true }
}

# A table with one partition for each tenant; both images must agree with the key.
module "dynamodb" {
  source = "../../modules/dynamodb-stream"

  name = "demo-dynamodb"
  stream = {
    arn       = aws_dynamodb_table.orders.stream_arn
    view_type = aws_dynamodb_table.orders.stream_view_type
  }

  artifacts = local.artifacts
  backend   = local.backend
  router    = local.router
  tenant_id = {
    from = [
      { path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)$" },
      { path = "$.dynamodb.NewImage.tenantId.S" },
      { path = "$.dynamodb.OldImage.tenantId.S" },
    ]
  }
  polling            = local.polling
  on_reject          = { quarantine = module.quarantine["dynamodb"].queue }
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
  source   = "../../modules/quarantine"
  for_each = toset(["kinesis", "bridged", "dynamodb"])

  name = "demo-${each.key}-quarantine"
}
