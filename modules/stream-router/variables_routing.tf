# What both routers share. The source modules declare the fields, and modules/router-function checks what is `any` here.

variable "delivery" {
  description = "How records reach the backend."
  type = object({
    payload     = optional(string, "event")
    invocation  = optional(string, "sync")
    in_flight   = optional(number, 100)
    per_tenant  = optional(number, 1)
    max_records = optional(number, 1000)
  })
  default = {}

  validation {
    condition     = var.delivery.invocation == "sync"
    error_message = "Asynchronous invocations do not keep a stream's order: delivery.invocation: use sync [Lambda developer guide \"Asynchronous invocation\"]."
  }

  validation {
    condition     = var.delivery.per_tenant == 1
    error_message = "Concurrent invocations of one tenant do not keep the order: delivery.per_tenant: use 1."
  }
}

variable "alarms" {
  description = "CloudWatch alarms of both routers, the stream and the bridge."
  type = object({
    enabled               = optional(bool, true)
    actions               = optional(list(string), [])
    ok_actions            = optional(list(string), [])
    oldest_record_seconds = optional(number, 900)
  })
  default = {}
}

variable "artifacts" {
  description = "Where the routers' zips are."
  type        = any
}

variable "backend" {
  description = "The tenant-isolated function that gets the records."
  type        = any
}

variable "tenant_id" {
  description = "The paths at which a record names its tenant."
  type        = any
}

variable "on_reject" {
  description = "What happens to a record that names no tenant, or no acceptable one."
  type        = any
  default     = { quarantine = null }
}

variable "registry" {
  description = "The table that lists the tenants. Default: none."
  type        = any
  default     = null
}

variable "backends" {
  description = "More tenant-isolated functions, by the name in a tenant's `backend` in the registry. Default: none."
  type        = any
  default     = {}
}

variable "credentials" {
  description = "Sends credentials with every invocation that are valid for its tenant only. Default: none."
  type        = any
  default     = null
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the routers' log lines. Default false."
  type        = bool
  default     = false
}

variable "router" {
  description = "The router functions."
  type        = any
  default     = {}
}

variable "tags" {
  description = "Tags for everything that this module creates and that can have tags. Default: none."
  type        = map(string)
  default     = {}
}
