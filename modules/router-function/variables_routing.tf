# The router's configuration: these inputs become TENANT_ROUTER_CONFIG.

variable "backend" {
  description = <<-EOT
    The tenant-isolated function (`PER_TENANT`) that gets the records; `null` (default) only for pipes, whose enrichment invokes nothing.
    `function`: its ARN, with the version or alias to invoke, if any; the router may invoke only this form.
    `timeout_seconds`: the function's own timeout, 1 to 888; default 30. The router abandons an invocation after this time plus a cold start, so too low a value repeats work.
    `failure_destination`: ARN of the queue, topic, bucket, event bus or function that gets the backend's failed asynchronous events; required if `delivery.invocation` is `async`, otherwise unused.
  EOT
  type = object({
    function            = string
    timeout_seconds     = optional(number, 30)
    failure_destination = optional(string)
  })
  default = null

  validation {
    condition     = alltrue([for b in var.backend[*] : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[$A-Za-z0-9_-]{1,128})?$", b.function))])
    error_message = "Not the ARN of a function: backend.function: use arn:aws:lambda:<region>:<account>:function:<name>, with :<alias or version> if you use one."
  }

  validation {
    condition     = alltrue([for b in var.backend[*] : b.timeout_seconds >= 1 && b.timeout_seconds <= 888 && floor(b.timeout_seconds) == b.timeout_seconds])
    error_message = "The backend's timeout is too long for a router: backend.timeout_seconds: use whole seconds from 1 to 888, since the router must run 12 seconds longer than the backend and Lambda stops it at 900."
  }

  validation {
    condition     = alltrue([for b in var.backend[*] : b.failure_destination == null || can(regex("^arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):", b.failure_destination))])
    error_message = "Unsupported failure destination: backend.failure_destination: use the ARN of an SQS queue, SNS topic, S3 bucket, event bus or function."
  }
}

variable "tenant_id" {
  description = <<-EOT
    The paths at which a record names its tenant.
    `from`: record paths in order; the first present one gives the id, and every other present one must give the same id. Each has a `path`, such as `$.messageAttributes.tenantId.stringValue` or `$.body.tenantId`, and optionally a `capture`: a regular expression with exactly one group, which extracts the id from the value.
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

  validation {
    condition     = length(var.tenant_id.from) > 0
    error_message = "No selector for the tenant id: tenant_id.from: give at least one path."
  }

  validation {
    condition     = alltrue([for s in concat(var.tenant_id.from, var.tenant_id.must_match) : can(regex("^[$]([.][\\pL\\pM\\pN_-]+|\\[(0|[1-9][0-9]*|'[^'\\\\]+'|\"[^\"\\\\]+\")\\]){1,32}$", s.path))])
    error_message = "Invalid path: tenant_id.from, tenant_id.must_match: start with $. or $[ and name one field after another, such as $.body.tenantId or, where a name has other characters than letters, digits, _ and -, $.body['tenant.id']."
  }

  validation {
    # The empty alternative always matches "", so the result shows the groups: a list or map, or a string if there are none.
    condition = alltrue([
      for s in concat(var.tenant_id.from, var.tenant_id.must_match) :
      s.capture == null || try(length(tolist(regex("(?:${s.capture})|", ""))), length(keys(regex("(?:${s.capture})|", ""))), 0) == 1
    ])
    error_message = "The capture must have exactly one group, which is the tenant id: tenant_id.from[*].capture, tenant_id.must_match[*].capture: use a regular expression with exactly one group, such as ^TENANT#([^#]+)."
  }

  validation {
    # A single word is more likely a misspelt name than a regular expression, which would admit only the tenant of that name.
    condition     = contains(["strict", "lambda"], var.tenant_id.grammar) || can(regex("(?:${var.tenant_id.grammar})|", "")) && !can(regex("^[A-Za-z0-9_-]*$", var.tenant_id.grammar))
    error_message = "Unknown grammar: tenant_id.grammar: use strict, lambda, or a regular expression for the whole id, such as t-[0-9]{6}."
  }
}

variable "delivery" {
  description = <<-EOT
    How records reach the backend.
    `payload`: `event` (default: one invocation carries a tenant's records in the source's own event shape) or `record` (one invocation for each record, with its content only).
    `invocation`: `sync` (default: the backend's response acknowledges the records) or `async` (Lambda's acceptance acknowledges them; only for unordered sources, and a backend with a failure destination).
    `in_flight`: concurrent invocations of the whole router, 1 to 900; default 100. Each one needs a connection, and an environment may have 1,024 open files [Lambda developer guide "Lambda quotas"]. `per_tenant`: the same for one tenant, default 1; more than 1 does not keep the order of a tenant's records and is not supported for ordered sources.
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
    condition     = contains(["event", "record"], var.delivery.payload)
    error_message = "Unknown payload: delivery.payload: use event or record."
  }

  validation {
    condition     = contains(["sync", "async"], var.delivery.invocation)
    error_message = "Unknown invocation type: delivery.invocation: use sync or async."
  }

  validation {
    condition     = alltrue([for n in [var.delivery.in_flight, var.delivery.per_tenant, var.delivery.max_records] : n >= 1 && floor(n) == n]) && var.delivery.in_flight <= 900 && var.delivery.max_records <= 10000
    error_message = "Limits out of range: delivery: use whole numbers, in_flight from 1 to 900, per_tenant from 1 to in_flight, max_records from 1 to 10000."
  }

  validation {
    condition     = var.delivery.per_tenant <= var.delivery.in_flight
    error_message = "The limit per tenant exceeds the total limit: delivery.per_tenant: use at most delivery.in_flight."
  }
}

variable "on_reject" {
  description = <<-EOT
    What happens to a record that names no tenant, or no acceptable one.
    `quarantine`: the queue that keeps the whole record, with the reason; pass the `queue` output of `modules/quarantine`, or give `queue_url`, `queue_arn` and, if the queue is encrypted with a customer managed key, `kms_key_arn`.
    `quarantine.max_message_bytes`: the largest message that the queue accepts, 1024 to 1048576, default 262144. `quarantine.large_records`: `{ bucket, prefix, kms_key_arn }`, an S3 bucket for records that do not fit into a message; the message then names the object. Without it, such records stay with the source.
    `group`: for a FIFO quarantine, the message group: `order_key` (default: the source's own order) or `tenant` (if it is known).
    Without a quarantine (default), the record is retried until the source's own redrive moves it: slower, and the reason is only in the logs and metrics.
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

  validation {
    condition     = alltrue([for q in var.on_reject.quarantine[*] : can(regex("^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+([.]fifo)?$", q.queue_arn))])
    error_message = "Not the ARN of a queue: on_reject.quarantine.queue_arn: use arn:aws:sqs:<region>:<account>:<name>."
  }

  validation {
    condition     = alltrue([for q in var.on_reject.quarantine[*] : can(regex("^https?://[^ ]+/[0-9]{12}/[A-Za-z0-9_-]+([.]fifo)?$", q.queue_url))])
    error_message = "Not the URL of a queue: on_reject.quarantine.queue_url: use https://sqs.<region>.amazonaws.com/<account>/<name>."
  }

  validation {
    condition     = alltrue([for q in var.on_reject.quarantine[*] : alltrue([for key in [q.kms_key_arn, try(q.large_records.kms_key_arn, null)] : key == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", key))])])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): on_reject.quarantine.kms_key_arn, on_reject.quarantine.large_records.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }

  validation {
    condition     = alltrue([for q in var.on_reject.quarantine[*] : q.max_message_bytes >= 1024 && q.max_message_bytes <= 1048576 && floor(q.max_message_bytes) == q.max_message_bytes])
    error_message = "Message size limit out of range: on_reject.quarantine.max_message_bytes: use 1024 to 1048576, as set on the queue."
  }

  validation {
    # A wildcard in it would widen the role's permissions [IAM user guide "IAM JSON policy elements: Resource"].
    condition     = alltrue([for large in try(var.on_reject.quarantine.large_records, null)[*] : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", large.bucket)) && can(regex("^([A-Za-z0-9._-][A-Za-z0-9._/-]{0,255})?$", large.prefix))])
    error_message = "Invalid bucket or prefix: on_reject.quarantine.large_records: use a bucket's name, and a prefix of A-Z a-z 0-9 . _ / -, not beginning with /."
  }

  validation {
    condition     = contains(["order_key", "tenant"], var.on_reject.group)
    error_message = "Unknown message group: on_reject.group: use order_key or tenant."
  }

  validation {
    condition     = var.on_reject.group == "order_key" || alltrue([for q in var.on_reject.quarantine[*] : endswith(q.queue_arn, ".fifo")]) && var.on_reject.quarantine != null
    error_message = "Only a FIFO quarantine has message groups: on_reject.group: leave it out, or use a FIFO queue as on_reject.quarantine."
  }
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the router's log lines. Default false. When true, a Contributor Insights rule that lists the busiest tenants is created as well (charged by CloudWatch)."
  type        = bool
  default     = false
}
