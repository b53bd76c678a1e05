# The enricher's configuration. modules/router-function checks it and writes it into TENANT_ROUTER_CONFIG.

variable "tenant_id" {
  description = <<-EOT
    The paths at which a record names its tenant.
    `from`: record paths in order; the first present one gives the id, and every other present one must give the same id. Each has a `path`, such as `$.body.tenantId`, or `$.data.tenantId` for Kinesis (past `data`, and Kafka's `value`, base64 is decoded), or `$.dynamodb.NewImage.tenantId.S` together with `$.dynamodb.OldImage.tenantId.S` for a DynamoDB stream (a deletion has no new image, an insertion no old one, and an item that changes its tenant is rejected), and optionally a `capture`: a regular expression with exactly one group, which extracts the id from the value.
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

variable "on_reject" {
  description = <<-EOT
    What happens to a record that names no tenant, or no acceptable one.
    `quarantine`: the queue that keeps the whole record, with the reason; pass the `queue` output of `modules/quarantine`, or give `queue_url`, `queue_arn` and, if the queue is encrypted with a customer managed key, `kms_key_arn`.
    `quarantine.max_message_bytes`: the largest message that the queue accepts, 1024 to 1048576, default 262144. `quarantine.large_records`: `{ bucket, prefix, kms_key_arn }`, an S3 bucket for records that do not fit into a message; the message then names the object. Without it, such records stay with the source.
    Without it (default), one rejected record fails its whole batch again and again, until the pipe's source stops retrying: use a quarantine. It must be a standard queue, since a pipe's records may have no identifiers.
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
  })
  default = {}

  validation {
    condition     = alltrue([for q in var.on_reject.quarantine[*] : !endswith(q.queue_arn, ".fifo")])
    error_message = "A FIFO queue would deduplicate a pipe's records, which may have no identifiers: on_reject.quarantine: use a standard queue."
  }
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the router's log lines. Default false. When true, a Contributor Insights rule that lists the busiest tenants is created as well (charged by CloudWatch)."
  type        = bool
  default     = false
}
