# Queue → pipe with enrichment → queue → router. The pipe's enrichment checks and normalises records, so that everything
# behind the pipe has a checked tenant id. The router delivers it to the tenant-isolated function.

resource "aws_sqs_queue" "incoming" {
  name                       = "${var.name}-incoming"
  visibility_timeout_seconds = 6 * 32
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.incoming_dead_letter.arn, maxReceiveCount = 5 })
}

resource "aws_sqs_queue" "incoming_dead_letter" {
  name                      = "${var.name}-incoming-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

module "enrichment" {
  source = "../../modules/pipes-enrichment"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  tenant_id = { from = [{ path = "$.body.tenantId" }] }
  on_reject = { quarantine = module.quarantine.queue }
}

resource "aws_pipes_pipe" "orders" {
  name       = var.name
  role_arn   = aws_iam_role.pipe.arn
  source     = aws_sqs_queue.incoming.arn
  enrichment = module.enrichment.enricher_function_arn
  target     = module.router.queue_arn

  source_parameters {
    sqs_queue_parameters {
      # At most what the target accepts in one request: ten messages, 1 MiB in total. Set less for records over 100 KB.
      batch_size = 10
    }
  }

  # A pipe checks its permissions when it starts.
  depends_on = [aws_iam_role_policy.pipe, aws_iam_role_policy.pipe_enrichment]
}

# The router reads the pipe's output: messages with the body { "tenant_id": …, "record": … }.
module "router" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  # The record inside must agree, so that a sender that bypasses the pipe cannot choose a tenant by the outer id alone.
  tenant_id = {
    from       = [{ path = "$.body.tenant_id" }]
    must_match = [{ path = "$.body.record.body.tenantId" }]
  }

  # One invocation for each record, with { "tenant_id": …, "record": … } as its event.
  delivery  = { payload = "record" }
  on_reject = { quarantine = module.quarantine.queue }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-quarantine"
}
