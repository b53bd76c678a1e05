locals {
  stream = var.stream

  # table/<name>/stream/<label>
  stream_name  = split("/", var.stream.arn)[1]
  failure_name = try(reverse(split(":", var.on_failure.arn))[0], "the failure bucket")
  region       = split(":", var.stream.arn)[3]

  # The permissions that an event source mapping needs from the role [Lambda developer guide "Using AWS Lambda with Amazon
  # DynamoDB"].
  poll_statements = concat(
    [
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
    ],
    [for key in var.stream.kms_key_arn[*] : {
      Sid      = "DecryptStream"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = [key]
    }],
  )
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
    kind            = "dynamodb"
    ordered         = true
    poll_statements = concat(local.poll_statements, local.failure_statements)
  }
}
