# TENANT_ROUTER_CONFIG, with every default written out: what the router does can be read off the function.

locals {
  selectors = { for name in ["from", "must_match"] : name => [
    for s in var.tenant_id[name] : { for field, value in { path = s.path, capture = s.capture } : field => value if value != null }
  ] }

  config = jsonencode(merge(
    {
      source = var.event_source.kind
      tenant_id = {
        from       = local.selectors.from
        must_match = local.selectors.must_match
        grammar    = var.tenant_id.grammar
      }
      delivery    = var.delivery
      on_reject   = "redrive"
      log_tenants = var.log_tenants
    },
    { for b in var.backend[*] : "backend" => { for field, value in b : field => value if value != null } },
    { for q in var.on_reject.quarantine[*] : "on_reject" => { quarantine = q.queue_url } },
    { for b in var.bridge[*] : "bridge" => { fifo_queue = b.queue_url, group = b.group } },
    { for stream in var.bridged_from[*] : "bridged_from" => stream },
    { for kind in [var.event_source.kind] : "task" => { payload = var.task_payload } if kind == "task" },
  ))
}
