locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
  demo_backend = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip"
}

# The registry of tenants. It starts with these two; use tenantctl to add and suspend tenants.
module "registry" {
  source = "../../modules/tenant-registry"

  name                = "${var.name}-tenants"
  tenants             = var.tenants
  deletion_protection = var.deletion_protection
  alarms              = { actions = var.alarm_topic_arns }
}

# A queue whose messages name the tenant in an attribute; the body must agree.
module "orders" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = local.architecture }

  tenant_id = {
    from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  # Records of tenants that are not active in the registry are rejected, and records whose sender is not among the tenant's
  # `principals`.
  registry = module.registry.registry

  # The shared backend, and a second one for tenants whose registry item names it.
  backend  = module.standard.backend
  backends = { premium = module.premium.backend }

  on_reject = { quarantine = module.quarantine.queue }
  alarms    = { actions = var.alarm_topic_arns }
}

# Rejected records wait here for an operator, including those that do not fit into a message.
module "quarantine" {
  source = "../../modules/quarantine"

  name          = "${var.name}-quarantine"
  large_records = {}
  alarms        = { actions = var.alarm_topic_arns }
}

# Backends that log their tenant and their environment. Replace them by your own function's zip.
module "standard" {
  source = "../../modules/backend"

  name     = "${var.name}-standard"
  package  = { filename = local.demo_backend }
  function = { architecture = local.architecture }
}

module "premium" {
  source = "../../modules/backend"

  name     = "${var.name}-premium"
  package  = { filename = local.demo_backend }
  function = { architecture = local.architecture, memory_mb = 1024 }
}
