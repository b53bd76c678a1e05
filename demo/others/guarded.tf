# A FIFO queue whose router serves only tenants that are active in a registry. tenantctl manages the tenants, not Terraform.

locals {
  # Short, so that the demo can wait until a change takes effect and until cached answers are too old.
  registry_seconds = { fresh_seconds = 2, stale_seconds = 15 }
}

module "registry" {
  source = "../../modules/tenant-registry"

  name = "demo-tenants"
}

module "guarded" {
  source = "../../modules/sqs"

  name = "demo-guarded"
  fifo = true
  # Records that wait for the registry must outlast its outage.
  new_queue = { max_receive_count = 100 }

  artifacts = local.artifacts
  router    = local.router
  backend   = local.backend

  # Several tenants share a message group here, so a message attribute names the tenant, and the body must agree.
  tenant_id = {
    from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  registry  = merge(module.registry.registry, local.registry_seconds)
  on_reject = { quarantine = module.guarded_quarantine.queue }
}

module "guarded_quarantine" {
  source = "../../modules/quarantine"

  name = "demo-guarded-quarantine"
  fifo = true
}
