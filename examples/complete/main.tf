locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
}

# One tenant-isolated backend, and every source for which Lambda cannot set the tenant id itself.
module "tenant_router" {
  source = "../.."

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = local.architecture }
  alarms    = { actions = var.alarm_topic_arns }

  backend = {
    new = {
      # A backend that logs its tenant and its environment. Replace it by your own function's zip.
      package  = { filename = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip" }
      function = { architecture = local.architecture }
      alias    = "live"
    }
  }

  # Tenants whose `backend` in the registry is premium use this function.
  backends = { premium = module.premium.backend }
  registry = module.tenants.registry

  # Records that do not fit into a message are kept in a bucket.
  quarantine = { large_records = true }

  sqs = {
    # A message attribute holds the tenant id, and the body must agree.
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
    # The tenant id is read from the decoded data, so that the partition key can be chosen for the order.
    clicks = {
      tenant_id = { from = [{ path = "$.kinesis.data.tenantId" }] }
      polling   = { parallelization_factor = 4 }
    }
  }

  dynamodb_streams = {
    # A bridge, so that one tenant's failing items do not delay other tenants in the same shard.
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

# The tenants. Records that name any other id are quarantined.
module "tenants" {
  source = "../../modules/tenant-registry"

  name    = "${var.name}-tenants"
  tenants = { blue = {}, green = { backend = "premium" } }
  alarms  = { actions = var.alarm_topic_arns }

  # This lets terraform destroy remove the example; leave it out for your own tenants.
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
