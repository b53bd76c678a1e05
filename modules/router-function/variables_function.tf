# The function itself, its role, its logs and its alarms.

variable "router" {
  description = <<-EOT
    The router function.
    `timeout_seconds`: its timeout, at least the backend's plus 12 (the init of a cold start, which Lambda does not count into the backend's timeout, and the way there and back); default twice the backend's plus 12, at most 900. With `delivery.invocation = "async"` the same holds for the time Lambda gets to accept an event, which is the backend's timeout but at most 10.
    `memory_mb`: 128 to 10240, default 256: enough for the largest batch and the up to four large answers (6 MB each) of the backend that are read at once; CPU grows with it.
    `architecture`: `arm64` (default) or `x86_64`. `reserved_concurrency`: instances reserved for (and the most of) the router; default none. `tracing`: `PassThrough` (default) or `Active` (X-Ray segments of the router too).
    `environment`: further variables, such as the SDK's `AWS_ENDPOINT_URL_LAMBDA`; together with the configuration they must stay under 4 KB. `kms_key_arn`: key for the environment variables; default Lambda's own. `code_signing_config_arn`: refuse code that is not signed; default none.
    `vpc`: subnets and security groups to run in; they need a way to what the router calls. Default: no VPC.
    `role`: `{ arn }` of a role of yours, which must allow what the output `policy_json` says; default: a role is created, at `role_path` (default `/`), with `permissions_boundary_arn` (default none).
    `log_retention_days`: default 90. `log_kms_key_arn`: key for the log group; default CloudWatch's own.
  EOT
  type = object({
    timeout_seconds         = optional(number)
    memory_mb               = optional(number, 256)
    architecture            = optional(string, "arm64")
    reserved_concurrency    = optional(number)
    tracing                 = optional(string, "PassThrough")
    environment             = optional(map(string), {})
    kms_key_arn             = optional(string)
    code_signing_config_arn = optional(string)
    vpc = optional(object({
      subnet_ids         = list(string)
      security_group_ids = list(string)
    }))
    role = optional(object({
      arn = string
    }))
    role_path                = optional(string, "/")
    permissions_boundary_arn = optional(string)
    log_retention_days       = optional(number, 90)
    log_kms_key_arn          = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["arm64", "x86_64"], var.router.architecture)
    error_message = "There is no zip for this architecture: router.architecture: use arm64 or x86_64."
  }

  validation {
    condition     = var.router.memory_mb >= 128 && var.router.memory_mb <= 10240
    error_message = "Lambda has no such memory size: router.memory_mb: use 128 to 10240."
  }

  validation {
    condition     = contains(["PassThrough", "Active"], var.router.tracing)
    error_message = "Unsupported tracing mode: router.tracing: use PassThrough or Active."
  }

  validation {
    condition     = var.router.reserved_concurrency == null || try(var.router.reserved_concurrency >= 1, false)
    error_message = "A router with no instances would never run: router.reserved_concurrency: use 1 or more, or leave it out; to stop polling, disable the event source mapping instead."
  }

  validation {
    condition     = !contains(keys(var.router.environment), "TENANT_ROUTER_CONFIG")
    error_message = "The configuration is written by this module: router.environment: take TENANT_ROUTER_CONFIG out and use tenant_id, delivery and on_reject."
  }

  validation {
    condition     = alltrue([for r in var.router.role[*] : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", r.arn))])
    error_message = "Not a role's ARN: router.role.arn: use arn:aws:iam::<account>:role/<path><name>."
  }
}

variable "alarms" {
  description = <<-EOT
    CloudWatch alarms, each of whose descriptions says what to do.
    `enabled`: default true. `actions`: ARNs (SNS topics, for instance) told when an alarm goes off, default none; `ok_actions`: the same for when it is over.
    `oldest_message_seconds`: age of the queue's oldest message that sets off the alarm, default 900 (used by source modules that have queues).
    `errors_per_minute`: how many of a minute's invocations may fail before the alarm `errors` goes off, default 0 (used where a record that is not settled fails the invocation: direct rules, pipes and tasks).
  EOT
  type = object({
    enabled                = optional(bool, true)
    actions                = optional(list(string), [])
    ok_actions             = optional(list(string), [])
    oldest_message_seconds = optional(number, 900)
    errors_per_minute      = optional(number, 0)
  })
  default = {}

  validation {
    condition     = var.alarms.errors_per_minute >= 0 && floor(var.alarms.errors_per_minute) == var.alarms.errors_per_minute
    error_message = "The alarm would never be over, or counts parts of an invocation: alarms.errors_per_minute: use a whole number from 0."
  }
}
