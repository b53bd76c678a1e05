variable "name" {
  description = "Name of the table. 3 to 200 characters of A-Z a-z 0-9 _ . -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,200}$", var.name))
    error_message = "Invalid name: name: use 3 to 200 of A-Z a-z 0-9 _ . -."
  }
}

variable "tenants" {
  description = <<-EOT
    The initial tenants, by id; default none. Each one is written once, and later changes by `tenantctl tenants` stay, so a change here has no effect on an existing tenant. An id that was created elsewhere is not overwritten: the apply fails until you remove it here. An id that you remove here is deleted from the table, and its records are then rejected as `unknown_tenant`; to end a tenant, offboard it with `tenantctl`.
    The id: 1 to 256 of A-Z a-z 0-9 . _ : / = + @ - and inner spaces, which is what Lambda accepts; a router whose `tenant_id.grammar` is `strict` (its default) accepts fewer.
    `status`: `active` (default), `suspended` or `offboarded`. `principals`: the allowed senders of this tenant's records, as the source asserts them (for SQS the `SenderId`: for a role its unique id `AROA…`, which covers all of its sessions); default: any sender. `backend`: the one of the source's `backends` that gets the records; default: its `backend`.
  EOT
  type = map(object({
    status     = optional(string, "active")
    principals = optional(list(string))
    backend    = optional(string)
  }))
  default = {}

  validation {
    condition = alltrue([
      for id in keys(var.tenants) : can(regex("^[A-Za-z0-9._:/=+@ -]{1,256}$", id)) && trimspace(id) == id
    ])
    error_message = "Invalid tenant id: tenants: use 1 to 256 of A-Z a-z 0-9 . _ : / = + @ - and spaces, none at either end, for each key."
  }

  validation {
    condition = alltrue([
      for tenant in values(var.tenants) : contains(["active", "suspended", "offboarded"], tenant.status)
    ])
    error_message = "Unknown status: tenants[*].status: use active, suspended or offboarded."
  }

  validation {
    # DynamoDB cannot store an empty set, and a missing one would allow any sender [DynamoDB developer guide "Supported data
    # types"].
    condition = alltrue([
      for tenant in values(var.tenants) : tenant.principals == null ? true :
      length(tenant.principals) > 0 && length(distinct(tenant.principals)) == length(tenant.principals) &&
      alltrue([for principal in tenant.principals : principal != null && principal != ""])
    ])
    error_message = "Invalid senders: tenants[*].principals: name each sender once, or leave principals out to allow any sender (to allow none, use status = \"suspended\")."
  }

  validation {
    condition = alltrue([
      for tenant in values(var.tenants) : tenant.backend == null || can(regex("^[a-z0-9_-]{1,32}$", tenant.backend))
    ])
    error_message = "Invalid name of a backend: tenants[*].backend: use a key of the source's backends, 1 to 32 of a-z 0-9 _ -, or leave it out for the source's backend."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the table. Default: a key that DynamoDB owns, which costs nothing and needs no permissions. Your own key costs its monthly price and its requests, appears in CloudTrail, and can be revoked: then no router can read the table, and records wait once the cached answers are stale."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days. Default true; charged by size, which is small here."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether deletion protection is on. Default true; to delete the table, apply false first. Without the table there are no tenants, and all records of its routers are retried."
  type        = bool
  default     = true
}

variable "alarms" {
  description = "The alarm for throttled reads. `enabled`: default true. `actions`: ARNs that are notified when it goes off, default none; `ok_actions`: the same for when it is over. The routers' own alarm `registry` covers all other read failures."
  type = object({
    enabled    = optional(bool, true)
    actions    = optional(list(string), [])
    ok_actions = optional(list(string), [])
  })
  default = {}
}

variable "tags" {
  description = "Tags for the table and the alarm. Default: none."
  type        = map(string)
  default     = {}
}
