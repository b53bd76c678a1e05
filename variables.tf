variable "name" {
  description = "Prefix of all names: the backend `<name>`, and for each source `<name>-<key>`. At most 40 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,40}$", var.name))
    error_message = "The name is invalid, or too long for names with a source's key: name: use 1 to 40 of A-Z a-z 0-9 _ -."
  }
}

variable "artifacts" {
  description = <<-EOT
    Where the routers' zips, `<source>-router-<architecture>.zip`, are (for a bridge and a buffered rule, `sqs-router-<architecture>.zip`): either `directory` (a local folder, such as `dist`), or `s3_bucket` with `s3_prefix`.
    The next apply deploys a changed zip: by its hash from a folder, by object version or SHA-256 checksum from a bucket.
  EOT
  type = object({
    directory = optional(string)
    s3_bucket = optional(string)
    s3_prefix = optional(string, "")
  })
}

variable "backend" {
  description = <<-EOT
    The tenant-isolated function (`PER_TENANT`) that gets the records of all sources. Set one of:
    `existing`: `{ function, timeout_seconds, failure_destination }`: the ARN of an existing function, with the version or alias to invoke, if any; its timeout (default 30); the destination of its failed asynchronous events (needed for `async` only).
    `new`: creates one with `modules/backend`, which explains `package`, `function`, `alias`, `failure_destination`, `role` and `logs`.
  EOT
  type = object({
    existing = optional(object({
      function            = string
      timeout_seconds     = optional(number, 30)
      failure_destination = optional(string)
    }))
    new = optional(object({
      package = object({
        filename          = optional(string)
        s3_bucket         = optional(string)
        s3_key            = optional(string)
        s3_object_version = optional(string)
        image_uri         = optional(string)
      })
      function = optional(object({
        runtime                 = optional(string, "provided.al2023")
        handler                 = optional(string, "bootstrap")
        architecture            = optional(string, "arm64")
        timeout_seconds         = optional(number, 30)
        memory_mb               = optional(number, 512)
        environment             = optional(map(string), {})
        kms_key_arn             = optional(string)
        reserved_concurrency    = optional(number)
        tracing                 = optional(string, "PassThrough")
        layers                  = optional(list(string), [])
        code_signing_config_arn = optional(string)
        vpc = optional(object({
          subnet_ids         = list(string)
          security_group_ids = list(string)
        }))
      }), {})
      alias = optional(string)
      failure_destination = optional(object({
        arn                 = string
        kms_key_arn         = optional(string)
        retries             = optional(number, 2)
        maximum_age_seconds = optional(number, 21600)
      }))
      role = optional(object({
        existing = optional(object({
          arn = string
        }))
        path                     = optional(string, "/")
        permissions_boundary_arn = optional(string)
        policies                 = optional(list(string), [])
      }), {})
      logs = optional(object({
        retention_days = optional(number, 90)
        kms_key_arn    = optional(string)
      }), {})
    }))
  })

  validation {
    condition     = (var.backend.existing == null) != (var.backend.new == null)
    error_message = "Exactly one backend is needed: backend: give either existing or new."
  }
}

variable "quarantine" {
  description = <<-EOT
    The quarantines of records that name no acceptable tenant: one queue for standard queues, streams and events, one for FIFO queues and bridges, each created only if it is needed.
    `retention_seconds`: 60 to 1209600, default 1209600 (14 days). `kms_key_arn`: key for the queues and the bucket; default SQS's and S3's own encryption.
    `max_message_bytes`: the largest record that fits into a message, with its envelope and the reason, 1024 to 1048576; default: the AWS provider's default, 262144. More needs hashicorp/aws 6.8. `large_records`: whether records that do not fit into a message are kept in a bucket for each queue; default false: they stay with their source.
    `group`: the message group of the FIFO one: `order_key` (default: the source's own order) or `tenant` (if it is known).
    `null` creates none, and a source with `on_reject = "redrive"` uses none: rejected records are then retried until their source stops, and block the records behind them in a stream or a message group. Default: `{}`.
  EOT
  type = object({
    retention_seconds = optional(number, 1209600)
    kms_key_arn       = optional(string)
    max_message_bytes = optional(number)
    large_records     = optional(bool, false)
    group             = optional(string, "order_key")
  })
  default = {}
}

variable "alarms" {
  description = <<-EOT
    CloudWatch alarms for routers, queues, streams and quarantines. Each description says what to do.
    `enabled`: default true. `actions`: ARNs (for example of SNS topics) that are notified when an alarm goes off, default none; `ok_actions`: the same for when it is over.
    `oldest_message_seconds`: the age of a queue's oldest message at which the alarm goes off, default 900; `oldest_record_seconds`: how far a router may be behind its stream in seconds, default 900.
    `errors_per_minute`: how many events may fail the router of a rule with `mode = "direct"` in a minute before its alarm `errors` goes off, default 0.
  EOT
  type = object({
    enabled                = optional(bool, true)
    actions                = optional(list(string), [])
    ok_actions             = optional(list(string), [])
    oldest_message_seconds = optional(number, 900)
    oldest_record_seconds  = optional(number, 900)
    errors_per_minute      = optional(number, 0)
  })
  default = {}
}

variable "dashboard" {
  description = "Whether to create a CloudWatch dashboard over all sources. Default true; CloudWatch charges for more than three dashboards in an account."
  type        = bool
  default     = true
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the routers' log lines. Default false. When true, Contributor Insights rules that list the busiest tenants are created as well (charged by CloudWatch)."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags for everything that is created and can have tags. Default: none."
  type        = map(string)
  default     = {}
}
