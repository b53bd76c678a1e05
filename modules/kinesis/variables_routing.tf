# The router's configuration. modules/router-function checks it and writes it into TENANT_ROUTER_CONFIG.

variable "backend" {
  description = <<-EOT
    The tenant-isolated function (`PER_TENANT`) that gets the records.
    `function`: its ARN, with the version or alias to invoke, if any; the router may invoke only this form.
    `timeout_seconds`: the function's own timeout, 1 to 888; default 30. The router abandons an invocation after this time plus a cold start, so too low a value repeats work.
  EOT
  type = object({
    function        = string
    timeout_seconds = optional(number, 30)
  })
}

variable "tenant_id" {
  description = <<-EOT
    The paths at which a record names its tenant.
    `from`: record paths in order; the first present one gives the id, and every other present one must give the same id. Each has a `path`, such as `$.kinesis.partitionKey` or `$.kinesis.data.tenantId` (past `kinesis.data` base64 is decoded), and optionally a `capture`: a regular expression with exactly one group, which extracts the id from the value.
    `must_match`: paths of the same form that must all be present and give the same id; default none.
    `grammar`: `strict` (default: letters, digits and `. _ : -`, at most 128), `lambda` (everything that Lambda accepts) or a regular expression that narrows `lambda`. A record whose id does not match is rejected.
  EOT
  type = object({
    from = list(object({
      path    = string
      capture = optional(string)
    }))
    must_match = optional(list(object({
      path    = string
      capture = optional(string)
    })), [])
    grammar = optional(string, "strict")
  })
}

variable "delivery" {
  description = <<-EOT
    How records reach the backend.
    `payload`: `event` (default: one invocation carries a tenant's records in the source's own event shape) or `record` (one invocation for each record, with its content only).
    `invocation`: `sync` (default: the backend's response acknowledges the records); `async` is not supported, since it does not keep the order. `per_tenant`: concurrent invocations of one tenant, always 1 for the same reason.
    `in_flight`: concurrent invocations of the whole router, 1 to 900; default 100. Each one needs a connection, and an environment may have 1,024 open files [Lambda developer guide "Lambda quotas"].
    `max_records`: the most records in one invocation, 1 to 10000; default 1000.
  EOT
  type = object({
    payload     = optional(string, "event")
    invocation  = optional(string, "sync")
    in_flight   = optional(number, 100)
    per_tenant  = optional(number, 1)
    max_records = optional(number, 1000)
  })
  default = {}

  validation {
    condition     = var.delivery.invocation == "sync"
    error_message = "Asynchronous invocations do not keep a stream's order: delivery.invocation: use sync [Lambda developer guide \"Asynchronous invocation\"]."
  }

  validation {
    condition     = var.delivery.per_tenant == 1
    error_message = "Concurrent invocations of one tenant do not keep the order: delivery.per_tenant: use 1."
  }
}

variable "on_reject" {
  description = <<-EOT
    What happens to a record that names no tenant, or no acceptable one.
    `quarantine`: the queue that keeps the whole record, with the reason; pass the `queue` output of `modules/quarantine`, or give `queue_url`, `queue_arn` and, if the queue is encrypted with a customer managed key, `kms_key_arn`.
    `quarantine.max_message_bytes`: the largest message that the queue accepts, 1024 to 1048576, default 262144. `quarantine.large_records`: `{ bucket, prefix, kms_key_arn }`, an S3 bucket for records that do not fit into a message; the message then names the object. Without it, such records stay with the source.
    `group`: for a FIFO quarantine, the message group: `order_key` (default: the source's own order) or `tenant` (if it is known).
    Without it (default), the record is retried until Lambda discards it, and the records behind it in its shard wait: use a quarantine.
  EOT
  type = object({
    quarantine = optional(object({
      queue_url         = string
      queue_arn         = string
      kms_key_arn       = optional(string)
      max_message_bytes = optional(number, 262144)
      large_records = optional(object({
        bucket      = string
        prefix      = optional(string, "")
        kms_key_arn = optional(string)
      }))
    }))
    group = optional(string, "order_key")
  })
  default = {}
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the router's log lines. Default false. When true, a Contributor Insights rule that lists the busiest tenants is created as well (charged by CloudWatch)."
  type        = bool
  default     = false
}
