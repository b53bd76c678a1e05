# Delivers the events of a bus through a queue to the tenant-isolated function. Each event is delivered unchanged.
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

  # In the queue, an event is the body of a message.
  tenant_id = { from = [{ path = "$.body.detail.tenantId" }] }
  on_reject = { quarantine = module.quarantine.queue }

  # One invocation of the router gets up to a hundred events, or those of one second.
  polling = { batch_size = 100, window_seconds = 1 }

  # Events of the last thirty days can be replayed. A replayed event is routed again.
  archive = { retention_days = 30 }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-quarantine"
}
