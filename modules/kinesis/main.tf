# The rest of the module uses local.stream, for a created and an adopted stream alike.

locals {
  created      = var.stream == null
  has_consumer = var.consumer.create || try(var.stream.consumer_arn, null) != null
  consumer_arn = var.consumer.create ? one(aws_kinesis_stream_consumer.router[*].arn) : try(var.stream.consumer_arn, null)

  stream = {
    arn         = local.created ? one(aws_kinesis_stream.source[*].arn) : var.stream.arn
    kms_key_arn = local.created ? var.new_stream.kms_key_arn : var.stream.kms_key_arn
  }

  stream_name  = local.created ? coalesce(var.new_stream.name, var.name) : reverse(split("/", var.stream.arn))[0]
  failure_name = try(reverse(split(":", var.on_failure.arn))[0], "the failure bucket")
  region       = split(":", local.created ? var.backend.function : var.stream.arn)[3]

  retention_hours = local.created ? coalesce(var.new_stream.retention_hours, 24) : var.stream.retention_hours

  # Kinesis drops records after the retention, even if they are not acknowledged. So a failing record must be discarded
  # before, to be written to the on-failure destination.
  longest_record_age_seconds = 3600 * (local.retention_hours - 1)
  record_age_seconds         = coalesce(var.polling.maximum_record_age_seconds, min(86400, local.longest_record_age_seconds - 3600))

  # The permissions that an event source mapping needs from the role [Lambda developer guide "Using Lambda with Kinesis"].
  poll_statements = concat(
    [{
      Sid      = "PollStream"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource = [local.stream.arn]
    }],
    [for _ in range(local.has_consumer ? 1 : 0) : {
      Sid      = "SubscribeToShards"
      Effect   = "Allow"
      Action   = ["kinesis:SubscribeToShard"]
      Resource = [local.consumer_arn]
    }],
    [for key in local.stream.kms_key_arn[*] : {
      Sid      = "DecryptStream"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = [key]
    }],
  )
}

resource "aws_kinesis_stream" "source" {
  #checkov:skip=CKV_AWS_185: a key of yours where new_stream.kms_key_arn names one; else the key that AWS manages for Kinesis
  count = local.created ? 1 : 0

  name             = local.stream_name
  shard_count      = var.new_stream.shard_count
  retention_period = local.retention_hours
  encryption_type  = "KMS"
  kms_key_id       = coalesce(var.new_stream.kms_key_arn, "alias/aws/kinesis")
  tags             = var.tags

  stream_mode_details {
    stream_mode = coalesce(var.new_stream.mode, "ON_DEMAND")
  }
}

resource "aws_kinesis_stream_consumer" "router" {
  count = var.consumer.create ? 1 : 0

  name       = coalesce(var.consumer.name, "${var.name}-router")
  stream_arn = local.stream.arn
}

module "router" {
  source = "../router-function"

  name        = "${var.name}-router"
  artifacts   = var.artifacts
  backend     = var.backend
  registry    = var.registry
  tenant_id   = var.tenant_id
  delivery    = var.delivery
  on_reject   = var.on_reject
  log_tenants = var.log_tenants
  router      = var.router
  alarms      = var.alarms
  tags        = var.tags
  bridge      = local.bridge

  # With a bridge, the bridge's router invokes the backend.
  backends    = var.bridge == null ? var.backends : {}
  credentials = var.bridge == null ? var.credentials : null

  event_source = {
    kind            = "kinesis"
    ordered         = true
    poll_statements = concat(local.poll_statements, local.failure_statements)
  }
}
