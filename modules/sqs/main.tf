# The rest of the module uses local.queue, for a created and an adopted queue alike.

locals {
  created = var.queue == null
  suffix  = var.fifo ? ".fifo" : ""

  # Lambda advises six times the function's timeout, plus the window, so that a throttled batch can be retried before its
  # records become visible again [Lambda developer guide "Using Lambda with Amazon SQS"].
  least_visibility_seconds = 6 * module.router.timeout_seconds + var.polling.window_seconds

  retention_seconds             = coalesce(var.new_queue.retention_seconds, 345600)
  dead_letter_retention_seconds = coalesce(var.new_queue.dead_letter_retention_seconds, 1209600)

  visibility_seconds = local.created ? coalesce(var.new_queue.visibility_timeout_seconds, local.least_visibility_seconds) : var.queue.visibility_timeout_seconds
  max_receive_count  = local.created ? coalesce(var.new_queue.max_receive_count, 5) : var.queue.dead_letter_queue.max_receive_count

  queue = {
    arn             = local.created ? one(aws_sqs_queue.source[*].arn) : var.queue.arn
    dead_letter_arn = local.created ? one(aws_sqs_queue.dead_letter[*].arn) : var.queue.dead_letter_queue.arn
    kms_key_arn     = local.created ? var.new_queue.kms_key_arn : var.queue.kms_key_arn
  }

  queue_name       = reverse(split(":", local.queue.arn))[0]
  dead_letter_name = reverse(split(":", local.queue.dead_letter_arn))[0]
}

resource "aws_sqs_queue" "dead_letter" {
  count = local.created ? 1 : 0

  name                      = "${coalesce(var.new_queue.dead_letter_name, "${var.name}-dlq")}${local.suffix}"
  fifo_queue                = var.fifo ? true : null
  message_retention_seconds = local.dead_letter_retention_seconds
  max_message_size          = var.new_queue.max_message_bytes
  kms_master_key_id         = var.new_queue.kms_key_arn
  sqs_managed_sse_enabled   = var.new_queue.kms_key_arn == null ? true : null
  tags                      = var.tags
}

resource "aws_sqs_queue" "source" {
  count = local.created ? 1 : 0

  name                        = "${coalesce(var.new_queue.name, var.name)}${local.suffix}"
  fifo_queue                  = var.fifo ? true : null
  content_based_deduplication = var.fifo ? coalesce(var.new_queue.content_based_deduplication, false) : null
  deduplication_scope         = coalesce(var.new_queue.high_throughput, false) ? "messageGroup" : null
  fifo_throughput_limit       = coalesce(var.new_queue.high_throughput, false) ? "perMessageGroupId" : null
  visibility_timeout_seconds  = local.visibility_seconds
  message_retention_seconds   = local.retention_seconds
  max_message_size            = var.new_queue.max_message_bytes
  kms_master_key_id           = var.new_queue.kms_key_arn
  sqs_managed_sse_enabled     = var.new_queue.kms_key_arn == null ? true : null
  tags                        = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter[0].arn
    maxReceiveCount     = local.max_receive_count
  })

  lifecycle {
    precondition {
      condition     = var.fifo || !(coalesce(var.new_queue.content_based_deduplication, false) || coalesce(var.new_queue.high_throughput, false))
      error_message = "Only a FIFO queue has these settings: new_queue.content_based_deduplication, new_queue.high_throughput: set fifo = true or leave them out."
    }

    precondition {
      # A record that is not acknowledged becomes visible again after its visibility timeout.
      condition     = local.retention_seconds >= local.max_receive_count * local.visibility_seconds
      error_message = "A record that keeps failing would be deleted before it reaches the dead-letter queue: new_queue.retention_seconds: use at least ${local.max_receive_count * local.visibility_seconds}, new_queue.max_receive_count times the visibility timeout (${local.visibility_seconds}), or fewer attempts."
    }

    precondition {
      # In a FIFO queue a dead letter's age counts from its move [SQS developer guide "Setting-up dead-letter queue retention"].
      condition     = var.fifo || local.dead_letter_retention_seconds >= local.retention_seconds
      error_message = "A dead letter could be deleted at once, since its age counts from the first send: new_queue.dead_letter_retention_seconds: use at least new_queue.retention_seconds (${local.retention_seconds})."
    }
  }
}

module "router" {
  source = "../router-function"

  name        = "${var.name}-router"
  artifacts   = var.artifacts
  backend     = var.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  tenant_id   = var.tenant_id
  delivery    = var.delivery
  on_reject   = var.on_reject
  log_tenants = var.log_tenants
  router      = var.router
  alarms      = var.alarms
  tags        = var.tags

  bridged_from = var.bridged_from

  event_source = {
    kind    = "sqs"
    ordered = var.fifo
    # The permissions that an event source mapping needs from the role [Lambda developer guide "Using Lambda with Amazon
    # SQS"].
    poll_statements = concat(
      [{
        Sid      = "PollQueue"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = [local.queue.arn]
      }],
      [for key in local.queue.kms_key_arn[*] : {
        Sid      = "DecryptQueue"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [key]
      }],
    )
  }
}
