locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
  demo_backend = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip"
}

# Who is a tenant. These two to start with; from then on tenants are added and suspended by tenantctl.
module "registry" {
  source = "../../modules/tenant-registry"

  name                = "${var.name}-tenants"
  tenants             = var.tenants
  deletion_protection = var.deletion_protection
  alarms              = { actions = var.alarm_topic_arns }
}

# A queue of messages whose attribute names the tenant, and whose body must agree.
module "orders" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = local.architecture }

  tenant_id = {
    from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  # Tenants that the registry does not know as active are rejected, and those whose `principals` do not hold the sender.
  registry = module.registry.registry

  # The pool, and beside it a tier of its own for the tenants whose item says so.
  backend  = module.standard.backend
  backends = { premium = module.premium.backend }

  on_reject = { quarantine = module.quarantine.queue }
  alarms    = { actions = var.alarm_topic_arns }
}

# What is rejected waits here for a person, also what no message can hold.
module "quarantine" {
  source = "../../modules/quarantine"

  name          = "${var.name}-quarantine"
  large_records = {}
  alarms        = { actions = var.alarm_topic_arns }
}

# Backends that log which tenant and which environment they are; put your own function's zip here.
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
