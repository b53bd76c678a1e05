# The registry, more backends, and tenants' credentials.

variable "registry" {
  description = <<-EOT
    The table that lists the tenants; pass the `registry` output of `modules/tenant-registry`. Default: none, every id that matches the grammar is accepted.
    `table_arn`: the DynamoDB table, in the router's region. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `fresh_seconds`: how long an answer is used before the table is read again, 1 to 3600, default 60: the longest time until a suspension takes effect. `stale_seconds`: how long a known tenant's answer is used while the table cannot be read, `fresh_seconds` to 86400, default 900; after that its records wait with their source.
    `suspended`: what happens to a suspended tenant's records: `quarantine` (default: rejected) or `hold` (they stay with the source; a queue counts their attempts). `hold` needs a bridge if the source is a stream.
    `principal`: the path of a record's sender, as AWS asserts it, `{ path, capture }`. It is compared with the tenant's `principals`. Default: `$.attributes.SenderId` for a queue that is not a bridge, otherwise none, and records of a tenant with `principals` are rejected as `unauthorized`.
  EOT
  type = object({
    table_arn     = string
    kms_key_arn   = optional(string)
    fresh_seconds = optional(number, 60)
    stale_seconds = optional(number, 900)
    suspended     = optional(string, "quarantine")
    principal = optional(object({
      path    = string
      capture = optional(string)
    }))
  })
  default = null

  validation {
    condition     = alltrue([for r in var.registry[*] : can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]{3,255}$", r.table_arn))])
    error_message = "Not the ARN of a table: registry.table_arn: use arn:aws:dynamodb:<region>:<account>:table/<name>."
  }

  validation {
    condition     = alltrue([for r in var.registry[*] : r.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", r.kms_key_arn))])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): registry.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }

  validation {
    condition     = alltrue([for r in var.registry[*] : r.fresh_seconds >= 1 && r.fresh_seconds <= 3600 && floor(r.fresh_seconds) == r.fresh_seconds])
    error_message = "Lifetime out of range: registry.fresh_seconds: use whole seconds from 1 to 3600."
  }

  validation {
    condition     = alltrue([for r in var.registry[*] : r.stale_seconds >= r.fresh_seconds && r.stale_seconds <= 86400 && floor(r.stale_seconds) == r.stale_seconds])
    error_message = "Lifetime out of range: registry.stale_seconds: use whole seconds from registry.fresh_seconds to 86400."
  }

  validation {
    condition     = alltrue([for r in var.registry[*] : contains(["quarantine", "hold"], r.suspended)])
    error_message = "Unknown setting for suspended tenants: registry.suspended: use quarantine or hold."
  }

  validation {
    condition     = alltrue([for s in try(var.registry.principal, null)[*] : can(regex("^[$]([.][\\pL\\pM\\pN_-]+|\\[(0|[1-9][0-9]*|'[^'\\\\]+'|\"[^\"\\\\]+\")\\]){1,32}$", s.path))])
    error_message = "Invalid path: registry.principal.path: start with $. or $[ and name one field after another, such as $.attributes.SenderId."
  }

  validation {
    # See tenant_id.
    condition = alltrue([
      for s in try(var.registry.principal, null)[*] :
      s.capture == null || try(length(tolist(regex("(?:${s.capture})|", ""))), length(keys(regex("(?:${s.capture})|", ""))), 0) == 1
    ])
    error_message = "The capture must have exactly one group, which is the sender: registry.principal.capture: use a regular expression with exactly one group, such as ^([^:]+)."
  }
}

variable "backends" {
  description = <<-EOT
    More tenant-isolated functions, by the name in a tenant's `backend` in the registry; tenants without one use `backend`. Each is `{ function, timeout_seconds, failure_destination }` like `backend`; all share `delivery`. Needs `registry`. Default: none.
  EOT
  type = map(object({
    function            = string
    timeout_seconds     = optional(number, 30)
    failure_destination = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.backends) : can(regex("^[a-z0-9_-]{1,32}$", name))])
    error_message = "Invalid name of a backend: backends: use 1 to 32 of a-z 0-9 _ - for each name."
  }

  validation {
    condition     = alltrue([for b in var.backends : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[$A-Za-z0-9_-]{1,128})?$", b.function))])
    error_message = "Not the ARN of a function: backends[*].function: use arn:aws:lambda:<region>:<account>:function:<name>, with :<alias or version> if you use one."
  }

  validation {
    condition     = alltrue([for b in var.backends : b.timeout_seconds >= 1 && b.timeout_seconds <= 888 && floor(b.timeout_seconds) == b.timeout_seconds])
    error_message = "The backend's timeout is too long for a router: backends[*].timeout_seconds: use whole seconds from 1 to 888, since the router must run 12 seconds longer than the slowest backend and Lambda stops it at 900."
  }

  validation {
    condition     = alltrue([for b in var.backends : b.failure_destination == null || can(regex("^arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):", b.failure_destination))])
    error_message = "Unsupported failure destination: backends[*].failure_destination: use the ARN of an SQS queue, SNS topic, S3 bucket, event bus or function."
  }
}

variable "credentials" {
  description = <<-EOT
    Sends credentials with every invocation that are valid for its tenant only; pass the `credentials` output of `modules/tenant-role`. Default: none. Needs `delivery.invocation = "sync"`.
    `role_arn`: the role that the router assumes with the session tag `tenant_id`. `session_seconds`: 900 to 3600 (the longest for a role that a role assumes [IAM user guide "Roles terms and concepts", "Role chaining"]), default 3600, and at least 313 more than the slowest backend's timeout. The role's maximum session duration must allow it.
  EOT
  type = object({
    role_arn        = string
    session_seconds = optional(number, 3600)
  })
  default = null

  validation {
    condition     = alltrue([for c in var.credentials[*] : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", c.role_arn))])
    error_message = "Not the ARN of a role: credentials.role_arn: use arn:aws:iam::<account>:role/<path><name>."
  }

  validation {
    condition     = alltrue([for c in var.credentials[*] : c.session_seconds >= 900 && c.session_seconds <= 3600 && floor(c.session_seconds) == c.session_seconds])
    error_message = "Session duration out of range: credentials.session_seconds: use whole seconds from 900 to 3600."
  }
}
