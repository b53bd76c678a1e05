# A standard queue: a message attribute holds the tenant id, and the body must agree.
module "standard" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  tenant_id = {
    from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  on_reject = { quarantine = module.standard_quarantine.queue }
}

module "standard_quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-quarantine"
}

# A FIFO queue: message groups are <tenant>#<anything>, the tenant id is the part before the #, and the body must agree.
module "fifo" {
  source = "../../modules/sqs"

  name      = "${var.name}-fifo"
  fifo      = true
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  tenant_id = {
    from       = [{ path = "$.attributes.MessageGroupId", capture = "^([^#]+)#" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  on_reject = { quarantine = module.fifo_quarantine.queue }
}

module "fifo_quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-fifo-quarantine"
  fifo = true
}
