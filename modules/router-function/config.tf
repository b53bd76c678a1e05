# TENANT_ROUTER_CONFIG. It contains all delivery settings, including defaults. The registry, backends and credentials are
# only included if they differ from the defaults, since all environment variables together are limited to 4 KB.

locals {
  selectors = { for name in ["from", "must_match"] : name => [
    for s in var.tenant_id[name] : { for field, value in { path = s.path, capture = s.capture } : field => value if value != null }
  ] }

  registry = [for r in var.registry[*] : merge(
    { table = r.table_arn },
    { for field, value in { fresh_seconds = r.fresh_seconds, stale_seconds = r.stale_seconds, suspended = r.suspended } : field => value if value != { fresh_seconds = 60, stale_seconds = 900, suspended = "quarantine" }[field] },
    { for s in r.principal[*] : "principal" => { for field, value in { path = s.path, capture = s.capture } : field => value if value != null } },
  )]

  backends = { for name, b in var.backends : name => { for field, value in b : field => value if value != null && !(field == "timeout_seconds" && value == 30) } }

  quarantine = [for q in var.on_reject.quarantine[*] : merge(
    { quarantine = q.queue_url },
    { for field, value in { group = var.on_reject.group, max_message_bytes = q.max_message_bytes } : field => value if value != { group = "order_key", max_message_bytes = 1048576 }[field] },
    { for large in q.large_records[*] : "large_records" => { for field, value in { bucket = large.bucket, prefix = large.prefix } : field => value if value != "" } },
  )]

  credentials = [for c in var.credentials[*] : { for field, value in c : field => value if field == "role_arn" || value != 3600 }]

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
    { for backends in [local.backends] : "backends" => backends if length(backends) > 0 },
    { for registry in local.registry : "registry" => registry },
    { for quarantine in local.quarantine : "on_reject" => quarantine },
    { for credentials in local.credentials : "credentials" => credentials },
    { for b in var.bridge[*] : "bridge" => { fifo_queue = b.queue_url, group = b.group, max_message_bytes = b.max_message_bytes } },
    { for stream in var.bridged_from[*] : "bridged_from" => stream },
    { for kind in [var.event_source.kind] : "task" => { payload = var.task_payload } if kind == "task" },
  ))
}
