locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
}

# One tenant-isolated backend, and every source that Lambda cannot connect to it by itself.
module "tenant_router" {
  source = "../.."

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = local.architecture }
  alarms    = { actions = var.alarm_topic_arns }

  backend = {
    new = {
      # A backend that logs which tenant and which environment it is; put your own function's zip here.
      package  = { filename = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip" }
      function = { architecture = local.architecture }
      alias    = "live"
    }
  }

  # Tenants whose `backend` in the registry is premium have a function of their own kind.
  backends = { premium = module.premium.backend }
  registry = module.tenants.registry

  # Records that no message can hold are kept as well, in a bucket.
  quarantine = { large_records = true }

  sqs = {
    # The id travels as an attribute, and the body must agree.
    orders = {
      tenant_id = {
        from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
        must_match = [{ path = "$.body.tenantId" }]
      }
    }
    # A group for each tenant keeps its records in their order.
    payments = {
      fifo      = true
      tenant_id = { from = [{ path = "$.attributes.MessageGroupId" }] }
    }
  }

  kinesis = {
    # The record is looked into, which is decoded before; the partition key is free for the order.
    clicks = {
      tenant_id = { from = [{ path = "$.kinesis.data.tenantId" }] }
      polling   = { parallelization_factor = 4 }
    }
  }

  dynamodb_streams = {
    # A bridge, so that one tenant's failing items do not hold up the others' in their shard.
    items = {
      stream    = { arn = aws_dynamodb_table.items.stream_arn, view_type = "NEW_AND_OLD_IMAGES" }
      tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
      bridge    = {}
    }
  }

  eventbridge = {
    news = {
      bus           = { name = aws_cloudwatch_event_bus.shop.name }
      event_pattern = jsonencode({ source = ["shop.news"] })
      archive       = { retention_days = 30 }
    }
  }
}

# Who is a tenant. Everybody else's records are set aside, whatever id they name.
module "tenants" {
  source = "../../modules/tenant-registry"

  name    = "${var.name}-tenants"
  tenants = { blue = {}, green = { backend = "premium" } }
  alarms  = { actions = var.alarm_topic_arns }

  # So that terraform destroy takes the example away; leave it out for tenants of yours.
  deletion_protection = false
}

module "premium" {
  source = "../../modules/backend"

  name     = "${var.name}-premium"
  package  = { filename = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip" }
  function = { architecture = local.architecture, memory_mb = 1024 }
  alias    = "live"
}

resource "aws_dynamodb_table" "items" {
  #checkov:skip=CKV_AWS_119: DynamoDB encrypts by itself; a key of yours is named in dynamodb_streams.<key>.stream.kms_key_arn
  name             = "${var.name}-items"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "pk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_cloudwatch_event_bus" "shop" {
  name = var.name
}
