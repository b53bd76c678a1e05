# Events of a bus, through a queue, to the tenant-isolated function. Each event is delivered as it is.
module "orders" {
  source = "../../modules/eventbridge"

  name          = var.name
  artifacts     = { directory = var.artifacts_directory }
  router        = { architecture = var.architecture }
  event_pattern = jsonencode({ source = [var.event_source] })

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  # In the queue an event is a message's body.
  tenant_id = { from = [{ path = "$.body.detail.tenantId" }] }
  on_reject = { quarantine = module.quarantine.queue }

  # A hundred events, or what came within a second, share one invocation of the router.
  polling = { batch_size = 100, window_seconds = 1 }

  # Thirty days to replay from. A replayed event is routed again.
  archive = { retention_days = 30 }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-quarantine"
}
