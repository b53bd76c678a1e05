# An existing FIFO queue: message groups are tenants, and their order is kept.
module "router" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  backend   = module.backend.backend

  fifo = true
  queue = {
    arn                        = var.queue_arn
    visibility_timeout_seconds = var.visibility_timeout_seconds
    dead_letter_queue          = var.dead_letter_queue
    kms_key_arn                = var.queue_kms_key_arn
  }

  tenant_id = {
    from = [{ path = "$.attributes.MessageGroupId" }]
  }

  on_reject = { quarantine = module.quarantine.queue }

  router = {
    architecture             = var.architecture
    permissions_boundary_arn = var.permissions_boundary_arn
  }

  alarms = { actions = var.alarm_topic_arns }
}

# The function that used to read the queue, created again, because Lambda sets tenant isolation only at creation.
module "backend" {
  source = "../../modules/backend"

  name     = var.name
  alias    = "live"
  package  = { filename = coalesce(var.backend_zip, "${var.artifacts_directory}/demo-backend-${var.architecture}.zip") }
  function = { architecture = var.architecture, timeout_seconds = var.backend_timeout_seconds }
  role     = { permissions_boundary_arn = var.permissions_boundary_arn }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name   = "${var.name}-quarantine"
  fifo   = true
  alarms = { actions = var.alarm_topic_arns }
}
