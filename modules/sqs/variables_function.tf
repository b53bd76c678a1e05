# Settings of the router function; modules/router-function checks them.

variable "artifacts" {
  description = <<-EOT
    Where the router's zip, `sqs-router-<architecture>.zip`, is: either `directory` (a local folder, such as `dist`), or `s3_bucket` with `s3_prefix`.
    The next apply deploys a changed zip: by its hash from a folder, by object version or SHA-256 checksum from a bucket.
  EOT
  type = object({
    directory = optional(string)
    s3_bucket = optional(string)
    s3_prefix = optional(string, "")
  })
}

variable "router" {
  description = <<-EOT
    The router function.
    `timeout_seconds`: its timeout, at least the backend's plus 12 (for the init of a cold start, which Lambda does not count in the backend's timeout, and for the network); default twice the backend's plus 12, at most 900. With `delivery.invocation = "async"` the same holds for the time until Lambda accepts an event, which is the backend's timeout but at most 10.
    `memory_mb`: 128 to 10240, default 256: enough for the largest batch and for four large responses of the backend (6 MB each), which is how many are read at once; CPU grows with it.
    `architecture`: `arm64` (default) or `x86_64`. `reserved_concurrency`: the reserved, and so the largest, number of concurrent instances of the router; default none. `tracing`: `PassThrough` (default) or `Active` (X-Ray also gets segments of the router).
    `environment`: more environment variables, such as the SDK's `AWS_ENDPOINT_URL_LAMBDA`; together with the configuration they must stay under 4 KB. `kms_key_arn`: key for the environment variables; default Lambda's own. `code_signing_config_arn`: allows only signed code; default none.
    `vpc`: subnets and security groups to run in; they need a route to everything that the router calls. Default: no VPC.
    `role`: `{ arn }` of an existing role, which must allow what the output `router_policy_json` lists; default: a role is created, at `role_path` (default `/`), with `permissions_boundary_arn` (default none).
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
}

variable "alarms" {
  description = <<-EOT
    CloudWatch alarms. Each description says what to do.
    `enabled`: default true. `actions`: ARNs (for example of SNS topics) that are notified when an alarm goes off, default none; `ok_actions`: the same for when it is over.
    `oldest_message_seconds`: the age of the queue's oldest message at which the alarm goes off, default 900.
  EOT
  type = object({
    enabled                = optional(bool, true)
    actions                = optional(list(string), [])
    ok_actions             = optional(list(string), [])
    oldest_message_seconds = optional(number, 900)
  })
  default = {}
}

variable "tags" {
  description = "Tags for everything that this module creates and that can have tags. Default: none."
  type        = map(string)
  default     = {}
}
