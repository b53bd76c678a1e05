# One table holds the items of all tenants. Partition keys are TENANT#<tenant>#<anything>, so every stream record names its
# tenant.
module "changes" {
  source = "../../modules/dynamodb-stream"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }
  stream    = local.stream

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  tenant_id = {
    from = [{ path = "$.dynamodb.Keys.${var.partition_key}.S", capture = "^TENANT#([^#]+)" }]
  }

  on_reject          = { quarantine = module.quarantine.queue }
  new_failure_bucket = {}

  alarms = { actions = var.alarm_topic_arns }
}

# A record without an acceptable tenant is quarantined, and the records behind it are delivered.
module "quarantine" {
  source = "../../modules/quarantine"

  name   = "${var.name}-quarantine"
  alarms = { actions = var.alarm_topic_arns }
}

locals {
  stream = var.stream != null ? var.stream : one([for table in aws_dynamodb_table.items : {
    arn         = table.stream_arn
    view_type   = "NEW_AND_OLD_IMAGES"
    kms_key_arn = null
  }])
}

# A new table for trying it out. An existing table keeps its data and only needs a stream.
resource "aws_dynamodb_table" "items" {
  #checkov:skip=CKV_AWS_119: DynamoDB encrypts by itself; a key of yours belongs to your own table, see stream.kms_key_arn
  count = var.stream == null ? 1 : 0

  name             = var.name
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = var.partition_key
  range_key        = "sk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = var.partition_key
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
