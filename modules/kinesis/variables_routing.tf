# What the router is told. modules/router-function checks these and writes them into TENANT_ROUTER_CONFIG.

variable "backend" {
  description = <<-EOT
    The tenant-isolated function (`PER_TENANT`) that gets the records.
    `function`: its ARN, with the version or alias to invoke, if any; the router may invoke this form and no other.
    `timeout_seconds`: the function's own timeout, 1 to 888; default 30. The router gives up an invocation when it and a cold start are over, so a value that is too low repeats work.
  EOT
  type = object({
    function        = string
    timeout_seconds = optional(number, 30)
  })
}

variable "tenant_id" {
  description = <<-EOT
    Where a record names its tenant.
    `from`: record paths in order; the first one present gives the id, and every other one that is present must give the same id. Each has a `path`, such as `$.kinesis.partitionKey` or `$.kinesis.data.tenantId` (past `kinesis.data` base64 is decoded), and optionally a `capture`: a regular expression with exactly one group that cuts the id out of the value.
    `must_match`: paths, of the same form, that must all be present and give the same id; default none.
    `grammar`: `strict` (default: letters, digits and `. _ : -`, at most 128), `lambda` (everything that Lambda accepts) or a regular expression that narrows `lambda`. A record whose id does not fit is rejected.
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
    `invocation`: `sync` (default: the backend's answer settles the records); `async` is refused, since it keeps no order. `per_tenant`: invocations of one tenant at the same time, 1 for the same reason.
    `in_flight`: invocations at the same time in the whole router, 1 to 900; default 100. Each needs a connection, and Lambda lets an environment have 1,024 open files [Lambda developer guide "Lambda quotas"].
    `max_records`: most records in one invocation, 1 to 10000; default 1000.
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
    error_message = "Asynchronous invocations keep no order, and a stream has one: delivery.invocation: use sync [Lambda developer guide \"Asynchronous invocation\"]."
  }

  validation {
    condition     = var.delivery.per_tenant == 1
    error_message = "Several invocations of one tenant at a time keep no order: delivery.per_tenant: use 1."
  }
}

variable "on_reject" {
  description = <<-EOT
    What becomes of a record that names no tenant, or no acceptable one.
    `quarantine`: the queue that keeps it whole, with the reason; take the `queue` output of `modules/quarantine`, or give `queue_url`, `queue_arn` and, if the queue is encrypted with a customer managed key, `kms_key_arn`.
    `quarantine.max_message_bytes`: the largest message that the queue takes, 1024 to 1048576, default 262144. `quarantine.large_records`: `{ bucket, prefix, kms_key_arn }`, an S3 bucket for records that no message can hold; the message then says where. Without it they stay with the source.
    `group`: for a FIFO quarantine, what waits for what in it: `order_key` (default: the source's own order) or `tenant` (where it is known).
    Without it (default) the record is retried until Lambda gives it up, and what is behind it in its shard waits: use a quarantine.
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
