module "enricher" {
  source = "../router-function"

  name        = "${var.name}-enricher"
  artifacts   = var.artifacts
  tenant_id   = var.tenant_id
  registry    = var.registry
  on_reject   = var.on_reject
  log_tenants = var.log_tenants
  router      = var.router
  alarms      = var.alarms
  tags        = var.tags

  # The pipe reads its source and invokes the enricher with its own role.
  event_source = {
    kind            = "pipes"
    ordered         = false
    poll_statements = []
  }
}

locals {
  # [EventBridge user guide "Execution role in EventBridge Pipes", "Enrichment permissions"].
  invoke_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "InvokeEnricher"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [module.enricher.function_arn]
    }]
  })
}
