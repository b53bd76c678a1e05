variable "sqs" {
  description = <<-EOT
    The queues, each under a key of your choice; any number, standard and FIFO. `modules/sqs` explains the fields in full.
    `name`: default `<name>-<key>`. `fifo`: default false. `queue`: adopts an existing one; without it, a queue and its dead-letter queue are created from `new_queue`. `polling`: batch size, window, concurrency, filter.
    `tenant_id`: the paths of the tenant id; required. `delivery`: how records reach the backend.
    `router`: settings that differ from the common `router`: `timeout_seconds`, `memory_mb`, `reserved_concurrency`.
    `on_reject`: what happens to a record that names no acceptable tenant: `quarantine` (default: it is quarantined, and the records behind it are delivered) or `redrive` (it stays with the source until that stops retrying, and the records that must stay behind it wait).
  EOT
  type = map(object({
    name = optional(string)
    fifo = optional(bool, false)
    queue = optional(object({
      arn                        = string
      visibility_timeout_seconds = number
      dead_letter_queue = object({
        arn               = string
        max_receive_count = number
      })
      kms_key_arn = optional(string)
    }))
    new_queue = optional(object({
      name                          = optional(string)
      dead_letter_name              = optional(string)
      max_receive_count             = optional(number)
      visibility_timeout_seconds    = optional(number)
      retention_seconds             = optional(number)
      dead_letter_retention_seconds = optional(number)
      kms_key_arn                   = optional(string)
      content_based_deduplication   = optional(bool)
      high_throughput               = optional(bool)
      max_message_bytes             = optional(number)
    }), {})
    polling = optional(object({
      batch_size          = optional(number, 10)
      window_seconds      = optional(number, 0)
      maximum_concurrency = optional(number)
      enabled             = optional(bool, true)
      filter = optional(object({
        patterns                      = list(string)
        unmatched_records_are_deleted = optional(bool, false)
      }))
    }), {})
    tenant_id = object({
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
    on_reject = optional(string, "quarantine")
    delivery = optional(object({
      payload     = optional(string, "event")
      invocation  = optional(string, "sync")
      in_flight   = optional(number, 100)
      per_tenant  = optional(number, 1)
      max_records = optional(number, 1000)
    }), {})
    router = optional(object({
      timeout_seconds      = optional(number)
      memory_mb            = optional(number)
      reserved_concurrency = optional(number)
    }), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for source in var.sqs : contains(["quarantine", "redrive"], source.on_reject)])
    error_message = "Unknown setting for rejected records: sqs[*].on_reject: use quarantine or redrive."
  }

  validation {
    condition     = alltrue([for key in keys(var.sqs) : can(regex("^[A-Za-z0-9_-]{1,16}$", key))])
    error_message = "Invalid key, which becomes part of names: sqs: use 1 to 16 of A-Z a-z 0-9 _ - for each key."
  }
}

variable "router" {
  description = <<-EOT
    The common settings of the router functions, one for each source.
    `timeout_seconds`: at least the backend's plus 12 (for the init of a cold start, which Lambda does not count in the backend's timeout, and for the network); default twice the backend's plus 12, at most 900. With `delivery.invocation = "async"` the same holds for the time until Lambda accepts an event, which is the backend's timeout but at most 10.
    `memory_mb`: 128 to 10240, default 256: enough for the largest batch and for four large responses of the backend (6 MB each), which is how many are read at once; CPU grows with it.
    `architecture`: `arm64` (default) or `x86_64`. `reserved_concurrency`: the reserved, and so the largest, number of concurrent instances of each router; default none. `tracing`: `PassThrough` (default) or `Active` (X-Ray also gets segments of the routers).
    `environment`: more environment variables, such as the SDK's `AWS_ENDPOINT_URL_LAMBDA`; together with the configuration they must stay under 4 KB. `kms_key_arn`: key for the environment variables; default Lambda's own. `code_signing_config_arn`: allows only signed code; default none.
    `vpc`: subnets and security groups to run in; they need a route to the endpoints of Lambda and SQS. Default: no VPC.
    `role`: `{ arn }` of an existing role, which must allow what each router's `policy_json` lists; default: a role is created for each router, at `role_path` (default `/`), with `permissions_boundary_arn` (default none).
    `log_retention_days`: default 90. `log_kms_key_arn`: key for the log groups; default CloudWatch's own.
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
