variable "name" {
  description = "Name of the router function and of its role, log group and alarms. At most 64 characters (Lambda's limit for function names)."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The function's name is invalid: name: use 1 to 64 of A-Z a-z 0-9 _ -."
  }
}

variable "event_source" {
  description = <<-EOT
    The properties of the source, set by the source module.
    `kind` is written into the configuration: `sqs`, `kinesis`, `dynamodb`, `eventbridge`, `pipes` or `task`; `ordered` says whether records with the same order key must stay in order;
    `poll_statements` are the IAM statements that the event source mapping needs to read its source and to write to its on-failure destination; none for sources that invoke the router themselves.
  EOT
  type = object({
    kind    = string
    ordered = bool
    poll_statements = list(object({
      Sid      = string
      Effect   = string
      Action   = list(string)
      Resource = list(string)
    }))
  })

  validation {
    condition     = contains(["sqs", "kinesis", "dynamodb", "eventbridge", "pipes", "task"], var.event_source.kind)
    error_message = "Unknown source: event_source.kind: use sqs, kinesis, dynamodb, eventbridge, pipes or task."
  }
}

variable "bridge" {
  description = <<-EOT
    For streams: the SQS FIFO queue that gets admitted records instead of the backend. Default: none.
    `queue_url`, `queue_arn`; `kms_key_arn` if the queue is encrypted with a customer managed key. `group`: its message group, `tenant` (default) or `tenant_and_key`.
    `max_message_bytes`: the largest message that the queue accepts, 1024 to 1048576, default 262144. A record that does not fit is rejected as `too_large`.
  EOT
  type = object({
    queue_url   = string
    queue_arn   = string
    kms_key_arn = optional(string)
    group       = optional(string, "tenant")

    max_message_bytes = optional(number, 262144)
  })
  default = null

  validation {
    condition     = alltrue([for b in var.bridge[*] : contains(["tenant", "tenant_and_key"], b.group)])
    error_message = "Unknown message group: bridge.group: use tenant or tenant_and_key."
  }

  validation {
    condition     = alltrue([for b in var.bridge[*] : b.max_message_bytes >= 1024 && b.max_message_bytes <= 1048576 && floor(b.max_message_bytes) == b.max_message_bytes])
    error_message = "Message size limit out of range: bridge.max_message_bytes: use 1024 to 1048576, as set on the queue."
  }
}

variable "bridged_from" {
  description = "For the queue of a bridge: the kind of the stream, `kinesis` or `dynamodb`. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.bridged_from == null || contains(["kinesis", "dynamodb"], coalesce(var.bridged_from, "-"))
    error_message = "Only Kinesis and DynamoDB streams have bridges: bridged_from: use kinesis or dynamodb, or leave it out."
  }
}

variable "task_payload" {
  description = "For Step Functions tasks: the path of the payload in the task's input. Default `$.payload`."
  type        = string
  default     = "$.payload"

  validation {
    condition     = can(regex("^[$]([.][\\pL\\pN_-]+)+$", var.task_payload))
    error_message = "Invalid path: task_payload: use $. and the fields' names with dots between them, such as $.payload."
  }
}

variable "artifacts" {
  description = <<-EOT
    Where the router's zip, `<kind>-router-<architecture>.zip` (for pipes `pipes-enricher-<architecture>.zip`), is: either `directory` (a local folder, such as `dist`), or `s3_bucket` with `s3_prefix`.
    The next apply deploys a changed zip: by its hash from a folder, by object version or SHA-256 checksum from a bucket.
  EOT
  type = object({
    directory = optional(string)
    s3_bucket = optional(string)
    s3_prefix = optional(string, "")
  })

  validation {
    condition     = (var.artifacts.directory == null) != (var.artifacts.s3_bucket == null)
    error_message = "The router's zip needs exactly one location: artifacts: give either directory, or s3_bucket with s3_prefix."
  }
}

variable "tags" {
  description = "Tags for everything that this module creates and that can have tags. Default: none."
  type        = map(string)
  default     = {}
}
