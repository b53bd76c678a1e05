# TENANT_ROUTER_CONFIG, with every default written out: what the router does can be read off the function.

locals {
  selectors = { for name in ["from", "must_match"] : name => [
    for s in var.tenant_id[name] : { for field, value in { path = s.path, capture = s.capture } : field => value if value != null }
  ] }

  config = jsonencode(merge(
    {
      source = var.event_source.kind
      backend = { for field, value in {
        function            = var.backend.function
        timeout_seconds     = var.backend.timeout_seconds
        failure_destination = var.backend.failure_destination
      } : field => value if value != null }
      tenant_id = {
        from       = local.selectors.from
        must_match = local.selectors.must_match
        grammar    = var.tenant_id.grammar
      }
      delivery    = var.delivery
      on_reject   = "redrive"
      log_tenants = var.log_tenants
    },
    { for q in var.on_reject.quarantine[*] : "on_reject" => { quarantine = q.queue_url } },
  ))
}
