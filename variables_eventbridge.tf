variable "eventbridge" {
  description = <<-EOT
    The EventBridge rules, each under a key of your choice. `modules/eventbridge` explains the fields in full.
    `name`: default `<name>-<key>`. `event_pattern`: the events of the bus that are routed, as JSON; required. `bus`: default: the account's default bus; set `put_events_from` in only one rule of a bus, since a bus has one policy. `mode`: `buffered` (default: rule, queue, router) or `direct` (rule, router).
    `queue`, `new_queue`, `polling`: the queue in between, as for `sqs`. `delivery_to_router`: retries and age. `on_failure`: your queue for undelivered events; without it, one is created. `archive`: keeps events for replay; default none.
    `tenant_id`: the path of the tenant id; default: the event's `detail.tenantId`. `delivery`: how events reach the backend. `router`: settings that differ from the common `router`.
    `on_reject`: what happens to a record that names no acceptable tenant: `quarantine` (default: it is quarantined, and the records behind it are delivered) or `redrive` (it stays with the source until that stops retrying, and the records that must stay behind it wait).
  EOT
  type = map(object({
    name          = optional(string)
    event_pattern = string
    mode          = optional(string, "buffered")
    bus = optional(object({
      name            = optional(string, "default")
      put_events_from = optional(list(string), [])
    }), {})
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
    delivery_to_router = optional(object({
      maximum_event_age_seconds = optional(number, 86400)
      maximum_retry_attempts    = optional(number, 185)
      router_retry_attempts     = optional(number, 2)
      router_event_age_seconds  = optional(number, 21600)
    }), {})
    on_failure = optional(object({
      queue_arn   = string
      kms_key_arn = optional(string)
    }))
    archive = optional(object({
      retention_days = optional(number, 0)
    }))
    tenant_id = optional(object({
      from = list(object({
        path    = string
        capture = optional(string)
      }))
      must_match = optional(list(object({
        path    = string
        capture = optional(string)
      })), [])
      grammar = optional(string, "strict")
    }))
    on_reject = optional(string, "quarantine")
    delivery = optional(object({
      payload     = optional(string, "record")
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
    condition     = alltrue([for source in var.eventbridge : contains(["quarantine", "redrive"], source.on_reject)])
    error_message = "Unknown setting for rejected records: eventbridge[*].on_reject: use quarantine or redrive."
  }

  validation {
    condition     = alltrue([for key in keys(var.eventbridge) : can(regex("^[A-Za-z0-9_-]{1,16}$", key))])
    error_message = "Invalid key, which becomes part of names: eventbridge: use 1 to 16 of A-Z a-z 0-9 _ - for each key."
  }

  # A bus has one policy [EventBridge user guide "Using resource-based policies for Amazon EventBridge"].
  validation {
    condition = alltrue([for buses in [[for source in var.eventbridge : source.bus.name if length(source.bus.put_events_from) > 0]] :
      length(distinct(buses)) == length(buses)
    ])
    error_message = "A bus has one policy, and two rules would overwrite each other's: eventbridge[*].bus.put_events_from: name all the accounts in one of the bus's rules, and none in the others."
  }
}
