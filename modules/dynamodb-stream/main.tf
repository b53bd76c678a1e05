locals {
  # table/<name>/stream/<label>
  stream_name = split("/", var.stream.arn)[1]

  # The permissions that an event source mapping needs from the role [Lambda developer guide "Using AWS Lambda with Amazon
  # DynamoDB"].
  poll_statements = [
    {
      Sid      = "PollStream"
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
      Resource = [var.stream.arn]
    },
    {
      # This action has no resource [Service Authorization Reference "Amazon DynamoDB"].
      Sid      = "ListStreams"
      Effect   = "Allow"
      Action   = ["dynamodb:ListStreams"]
      Resource = ["*"]
    },
  ]
}

module "stream" {
  source = "../stream-router"

  kind               = "dynamodb"
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
  log_tenants        = var.log_tenants
  router             = var.router
  alarms             = var.alarms
  tags               = var.tags

  # Reading such a stream cannot begin at a time.
  polling = merge(var.polling, { starting_timestamp = null })

  stream = {
    name            = local.stream_name
    adopted_arn     = var.stream.arn
    mapping_arn     = var.stream.arn
    retention_hours = 24
    kms_key_arn     = var.stream.kms_key_arn
    both_images     = var.stream.view_type == "NEW_AND_OLD_IMAGES"
    poll_statements = local.poll_statements
  }
}
