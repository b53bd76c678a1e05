variable "name" {
  description = "Name of the table. 3 to 200 characters of A-Z a-z 0-9 _ . -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,200}$", var.name))
    error_message = "The name cannot name a table and its alarm: name: use 3 to 200 of A-Z a-z 0-9 _ . -."
  }
}

variable "tenants" {
  description = <<-EOT
    Tenants to start with, by id; default none. Only a start: each is put once, and what `tenantctl tenants` changes afterwards stays, so a change here has no effect on a tenant that is there. An id that is there already, but not from here, is not overwritten: the apply stops until it is left out here. An id that is taken out is deleted from the table, and its records are then `unknown_tenant`; to end a tenant, offboard it by `tenantctl`.
    The id: 1 to 256 of A-Z a-z 0-9 . _ : / = + @ - and inner spaces, which is what Lambda accepts; a router whose `tenant_id.grammar` is `strict` (its default) takes fewer.
    `status`: `active` (default), `suspended` or `offboarded`. `principals`: who may send this tenant's records, as the source asserts it (for SQS the `SenderId`: of a role its unique id, `AROA…`, which then stands for all of its sessions); default anyone. `backend`: which of the source's `backends` gets the records; default its `backend`.
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
    error_message = "Lambda takes no such tenant id: tenants: use 1 to 256 of A-Z a-z 0-9 . _ : / = + @ - and spaces, none at either end, for each key."
  }

  validation {
    condition = alltrue([
      for tenant in values(var.tenants) : contains(["active", "suspended", "offboarded"], tenant.status)
    ])
    error_message = "A router knows no such status: tenants[*].status: use active, suspended or offboarded."
  }

  validation {
    # DynamoDB keeps no empty set, and a missing one lets anyone send [DynamoDB developer guide "Supported data types"].
    condition = alltrue([
      for tenant in values(var.tenants) : tenant.principals == null ? true :
      length(tenant.principals) > 0 && length(distinct(tenant.principals)) == length(tenant.principals) &&
      alltrue([for principal in tenant.principals : principal != null && principal != ""])
    ])
    error_message = "Not a set of senders: tenants[*].principals: name each sender once, or leave principals out where anyone may send (to let nobody send, use status = \"suspended\")."
  }

  validation {
    condition = alltrue([
      for tenant in values(var.tenants) : tenant.backend == null || can(regex("^[a-z0-9_-]{1,32}$", tenant.backend))
    ])
    error_message = "No source can name a backend so: tenants[*].backend: use a key of the source's backends, 1 to 32 of a-z 0-9 _ -, or leave it out for the source's backend."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the table. Default: a key that DynamoDB owns, which costs nothing and needs no permissions. A key of yours costs its monthly price and its requests, is seen in CloudTrail, and can be revoked: without it no router can read the table, and records wait once what is known is stale."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days. Default true; charged by size, which here is little."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table. Default true; to take the table away, apply false first. With the table every tenant is gone, and all records of its routers are retried."
  type        = bool
  default     = true
}

variable "alarms" {
  description = "The alarm for reads that the table refuses. `enabled`: default true. `actions`: ARNs that are notified when it goes off, default none; `ok_actions`: the same for when it is over. That routers could not read the table for any other reason is told by their own alarm `registry`."
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
