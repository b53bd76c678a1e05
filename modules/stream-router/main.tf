# A stream's reader: the router, its event source mapping, the on-failure destination, the bridge and the alarms.

locals {
  # A stream drops records after its retention, even if they are not acknowledged. So a failing record must be discarded
  # before, to be written to the on-failure destination.
  longest_record_age_seconds = 3600 * (var.stream.retention_hours - 1)
  record_age_seconds         = coalesce(var.polling.maximum_record_age_seconds, min(86400, local.longest_record_age_seconds - 3600))

  region       = split(":", coalesce(var.stream.adopted_arn, var.backend.function))[3]
  failure_name = try(reverse(split(":", var.on_failure.arn))[0], "the failure bucket")

  decrypt_statements = [for key in var.stream.kms_key_arn[*] : {
    Sid      = "DecryptStream"
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [key]
  }]
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
    kind            = var.kind
    ordered         = true
    poll_statements = concat(var.stream.poll_statements, local.decrypt_statements, local.failure_statements)
  }
}
