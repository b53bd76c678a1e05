# Sources that the demo needs and no example creates. They deliver to the existing backend.

locals {
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }
  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }
}

# An item that changes its tenant must be rejected, so the selectors read the images as well as the key.
module "dynamodb" {
  source = "../../modules/dynamodb-stream"

  name = "demo-dynamodb"
  stream = {
    arn       = aws_dynamodb_table.orders.stream_arn
    view_type = aws_dynamodb_table.orders.stream_view_type
  }

  artifacts = local.artifacts
  router    = local.router
  backend   = local.backend

  tenant_id = {
    from = [
      { path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)$" },
      { path = "$.dynamodb.NewImage.tenantId.S" },
      { path = "$.dynamodb.OldImage.tenantId.S" },
    ]
  }

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

# A bus with two rules, one for each mode. The detail type of the demo's events selects the rule.
resource "aws_cloudwatch_event_bus" "shop" {
  name = "demo-shop"
}

module "events" {
  source   = "../../modules/eventbridge"
  for_each = { events = "buffered", direct = "direct" }

  name          = "demo-${each.key}"
  mode          = each.value
  bus           = { name = aws_cloudwatch_event_bus.shop.name }
  event_pattern = jsonencode({ detail-type = [each.key] })

  artifacts = local.artifacts
  router    = local.router
  backend   = local.backend
  on_reject = { quarantine = module.quarantine[each.key].queue }
}

module "quarantine" {
  source   = "../../modules/quarantine"
  for_each = toset(["dynamodb", "events", "direct"])

  name = "demo-${each.key}-quarantine"
}
