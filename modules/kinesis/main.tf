# The rest of the module uses local.stream, for a created and an adopted stream alike.

locals {
  created      = var.stream == null
  has_consumer = var.consumer.create || try(var.stream.consumer_arn, null) != null
  consumer_arn = var.consumer.create ? one(aws_kinesis_stream_consumer.router[*].arn) : try(var.stream.consumer_arn, null)

  stream = {
    arn         = local.created ? one(aws_kinesis_stream.source[*].arn) : var.stream.arn
    kms_key_arn = local.created ? var.new_stream.kms_key_arn : var.stream.kms_key_arn
  }

  stream_name     = local.created ? coalesce(var.new_stream.name, var.name) : reverse(split("/", var.stream.arn))[0]
  retention_hours = local.created ? coalesce(var.new_stream.retention_hours, 24) : var.stream.retention_hours

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

  lifecycle {
    precondition {
      condition     = try(var.stream.consumer_arn, null) == null
      error_message = "A stream is read through one consumer: consumer.create, stream.consumer_arn: leave one of them out."
    }
  }
}

module "stream" {
  source = "../stream-router"

  kind               = "kinesis"
  name               = var.name
  artifacts          = var.artifacts
  backend            = var.backend
  backends           = var.backends
  registry           = var.registry
  credentials        = var.credentials
  tenant_id          = var.tenant_id
  delivery           = var.delivery
  on_reject          = var.on_reject
  on_failure         = var.on_failure
  new_failure_bucket = var.new_failure_bucket
  bridge             = var.bridge
  polling            = var.polling
  log_tenants        = var.log_tenants
  router             = var.router
  alarms             = var.alarms
  tags               = var.tags

  stream = {
    name            = local.stream_name
    adopted_arn     = one(var.stream[*].arn)
    mapping_arn     = local.has_consumer ? local.consumer_arn : local.stream.arn
    retention_hours = local.retention_hours
    kms_key_arn     = local.stream.kms_key_arn
    both_images     = true
    poll_statements = local.poll_statements
  }
}
