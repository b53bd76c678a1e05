# The rule, and how its events reach the router.

variable "name" {
  description = "Prefix of all names: the rule `<name>`, the function, role and log group `<name>-router`, the queue `<name>` with its dead-letter queue `<name>-dlq`, and the queue of undelivered events `<name>-undelivered`. At most 57 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,57}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -router: name: use 1 to 57 of A-Z a-z 0-9 _ -."
  }
}

variable "mode" {
  description = <<-EOT
    How events reach the router.
    `buffered` (default, recommended): rule, SQS queue, router. Events wait as long as the queue keeps them, arrive in batches, are acknowledged one by one, and end in a dead-letter queue that can be redriven.
    `direct`: rule, router. A few milliseconds faster, one invocation of the router for each event; Lambda queues the event itself, tries three times, and then writes it to the failure destination.
  EOT
  type        = string
  default     = "buffered"

  validation {
    condition     = contains(["buffered", "direct"], var.mode)
    error_message = "Unknown mode: mode: use buffered or direct."
  }
}

variable "bus" {
  description = <<-EOT
    The event bus.
    `name`: default `default`. `put_events_from`: ids of other accounts that may put events onto the bus; default none. It becomes the bus's whole resource policy, and a bus has only one. With several rules on a bus, set it in one of them, with all accounts. Leave it out if you manage the policy elsewhere.
  EOT
  type = object({
    name            = optional(string, "default")
    put_events_from = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]{1,256}$", var.bus.name))
    error_message = "Invalid name of a bus: bus.name: use the bus's name, not its ARN."
  }

  validation {
    condition     = alltrue([for id in var.bus.put_events_from : can(regex("^[0-9]{12}$", id))])
    error_message = "Not an account's id: bus.put_events_from: use the 12 digits of each account."
  }
}

variable "event_pattern" {
  description = "The events of the bus that are routed: an event pattern as JSON, written with jsonencode, such as `jsonencode({ source = [\"shop.orders\"] })`. The router does not get other events."
  type        = string

  validation {
    condition     = can(length(keys(jsondecode(var.event_pattern))) > 0 ? "ok" : tonumber("x"))
    error_message = "Not an event pattern: event_pattern: give a JSON object with at least one field, written with jsonencode."
  }
}

variable "delivery_to_router" {
  description = <<-EOT
    How long EventBridge tries to deliver an event to the queue or the router, and how Lambda retries an event in `direct` mode that the router does not acknowledge.
    `maximum_event_age_seconds`: 60 to 86400 (default, a day), `maximum_retry_attempts`: 0 to 185 (default): EventBridge's own limits. Events that it cannot deliver go to the queue of undelivered events.
    `router_retry_attempts`: 0 to 2 (default), `router_event_age_seconds`: 60 to 21600 (default, six hours): Lambda's limits in `direct` mode.
  EOT
  type = object({
    maximum_event_age_seconds = optional(number, 86400)
    maximum_retry_attempts    = optional(number, 185)
    router_retry_attempts     = optional(number, 2)
    router_event_age_seconds  = optional(number, 21600)
  })
  default = {}

  validation {
    condition     = var.delivery_to_router.maximum_event_age_seconds >= 60 && var.delivery_to_router.maximum_event_age_seconds <= 86400 && var.delivery_to_router.maximum_retry_attempts >= 0 && var.delivery_to_router.maximum_retry_attempts <= 185
    error_message = "Retry limits out of range for EventBridge: delivery_to_router: use maximum_event_age_seconds from 60 to 86400 and maximum_retry_attempts from 0 to 185."
  }

  validation {
    condition     = var.delivery_to_router.router_event_age_seconds >= 60 && var.delivery_to_router.router_event_age_seconds <= 21600 && contains([0, 1, 2], var.delivery_to_router.router_retry_attempts)
    error_message = "Retry limits out of range for Lambda: delivery_to_router: use router_event_age_seconds from 60 to 21600 and router_retry_attempts 0, 1 or 2."
  }
}

variable "on_failure" {
  description = <<-EOT
    The destination of undelivered events: those that EventBridge could not deliver, and in `direct` mode those that the router did not acknowledge. `null` (default) creates the standard queue `<name>-undelivered` for both.
    `queue_arn`: an existing standard SQS queue whose policy allows EventBridge to send (see the output `undelivered_policy_statement`); `kms_key_arn`: the key that encrypts it, if it is a customer managed key; its policy must then allow EventBridge (`events.amazonaws.com`) `kms:GenerateDataKey` and `kms:Decrypt`.
  EOT
  type = object({
    queue_arn   = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = alltrue([for f in var.on_failure[*] : can(regex("^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", f.queue_arn))])
    error_message = "EventBridge sends undelivered events to standard queues only: on_failure.queue_arn: use the ARN of a standard SQS queue."
  }
}

variable "archive" {
  description = <<-EOT
    Keeps the matching events for replay; default: no archive. `retention_days`: default 0, which means for ever.
    A replay sends events onto the bus again, with `replay-name` in them. They are routed again, so the backend must be idempotent.
  EOT
  type = object({
    retention_days = optional(number, 0)
  })
  default = null

  validation {
    condition     = alltrue([for a in var.archive[*] : a.retention_days >= 0 && floor(a.retention_days) == a.retention_days])
    error_message = "Not a number of whole days: archive.retention_days: use 0 (for ever) or more."
  }
}
