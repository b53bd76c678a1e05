# Streams. The modules check these fields and create each stream's router, and with a bridge a second one.

variable "kinesis" {
  description = <<-EOT
    The Kinesis streams, each under a key of your choice. `modules/kinesis` explains the fields in full.
    `name`: default `<name>-<key>`. `stream`: adopts an existing one; without it, one is created from `new_stream`. `consumer`: enhanced fan-out. `polling`: batches, retries, age, starting position.
    `on_failure`: the bucket, queue or topic for discarded records; without it, a bucket is created from `new_failure_bucket`.
    `bridge`: `{}` puts a FIFO queue between stream and backend, so that a tenant whose records fail delays no other tenant; default none. `docs/head-of-line.md` explains its limits, and when `batch_size = 1` is worth its cost.
    `tenant_id`: the paths of the tenant id; required. `delivery`: how records reach the backend. `router`: settings that differ from the common `router`.
    `on_reject`: what happens to a record that names no acceptable tenant: `quarantine` (default: it is quarantined, and the records behind it are delivered) or `redrive` (it stays with the source until that stops retrying, and the records that must stay behind it wait).
  EOT
  type = map(object({
    name = optional(string)
    stream = optional(object({
      arn             = string
      kms_key_arn     = optional(string)
      consumer_arn    = optional(string)
      retention_hours = optional(number, 24)
    }))
    new_stream = optional(object({
      name            = optional(string)
      mode            = optional(string)
      shard_count     = optional(number)
      retention_hours = optional(number)
      kms_key_arn     = optional(string)
    }), {})
    consumer = optional(object({
      create = optional(bool, false)
      name   = optional(string)
    }), {})
    polling = optional(object({
      batch_size                 = optional(number, 100)
      window_seconds             = optional(number, 0)
      parallelization_factor     = optional(number, 1)
      starting_position          = optional(string, "TRIM_HORIZON")
      starting_timestamp         = optional(string)
      maximum_retry_attempts     = optional(number, 10)
      maximum_record_age_seconds = optional(number)
      bisect_on_error            = optional(bool, true)
      enabled                    = optional(bool, true)
      tumbling_window_seconds    = optional(number, 0)
      filter = optional(object({
        patterns                      = list(string)
        unmatched_records_are_deleted = optional(bool, false)
      }))
    }), {})
    on_failure = optional(object({
      arn         = string
      kms_key_arn = optional(string)
    }))
    new_failure_bucket = optional(object({
      prefix          = optional(string)
      expiration_days = optional(number, 90)
      kms_key_arn     = optional(string)
      force_destroy   = optional(bool, false)
    }), {})
    bridge = optional(object({
      group = optional(string, "tenant")
      queue = optional(object({
        arn                        = string
        url                        = string
        visibility_timeout_seconds = number
        dead_letter_queue = object({
          arn               = string
          max_receive_count = number
        })
        kms_key_arn       = optional(string)
        max_message_bytes = optional(number, 262144)
      }))
      new_queue = optional(object({
        name                          = optional(string)
        dead_letter_name              = optional(string)
        max_receive_count             = optional(number)
        visibility_timeout_seconds    = optional(number)
        retention_seconds             = optional(number)
        dead_letter_retention_seconds = optional(number)
        kms_key_arn                   = optional(string)
        high_throughput               = optional(bool, true)
        max_message_bytes             = optional(number)
      }), {})
      batch_size          = optional(number, 10)
      maximum_concurrency = optional(number)
    }))
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
    condition     = alltrue([for source in var.kinesis : contains(["quarantine", "redrive"], source.on_reject)])
    error_message = "Unknown setting for rejected records: kinesis[*].on_reject: use quarantine or redrive."
  }

  validation {
    condition     = alltrue([for key in keys(var.kinesis) : can(regex("^[A-Za-z0-9_-]{1,16}$", key))])
    error_message = "Invalid key, which becomes part of names: kinesis: use 1 to 16 of A-Z a-z 0-9 _ - for each key."
  }
}

variable "dynamodb_streams" {
  description = <<-EOT
    The streams of DynamoDB tables, each under a key of your choice. `modules/dynamodb-stream` explains the fields in full.
    `name`: default `<name>-<key>`. `stream`: the table's stream, `{ arn, view_type }`; required. `polling`: batches, retries, age, starting position.
    `on_failure`: the bucket, queue or topic for discarded records; without it, a bucket is created from `new_failure_bucket`.
    `bridge`: `{}` puts a FIFO queue between stream and backend, so that a tenant whose records fail delays no other tenant; default none. `docs/head-of-line.md` explains its limits, and when `batch_size = 1` is worth its cost.
    `tenant_id`: the paths of the tenant id; required. `delivery`: how records reach the backend. `router`: settings that differ from the common `router`.
    `on_reject`: what happens to a record that names no acceptable tenant: `quarantine` (default: it is quarantined, and the records behind it are delivered) or `redrive` (it stays with the source until that stops retrying, and the records that must stay behind it wait).
  EOT
  type = map(object({
    name = optional(string)
    stream = object({
      arn         = string
      view_type   = string
      kms_key_arn = optional(string)
    })
    polling = optional(object({
      batch_size                 = optional(number, 100)
      window_seconds             = optional(number, 0)
      parallelization_factor     = optional(number, 1)
      starting_position          = optional(string, "TRIM_HORIZON")
      maximum_retry_attempts     = optional(number, 10)
      maximum_record_age_seconds = optional(number, 79200)
      bisect_on_error            = optional(bool, true)
      enabled                    = optional(bool, true)
      tumbling_window_seconds    = optional(number, 0)
      filter = optional(object({
        patterns                      = list(string)
        unmatched_records_are_deleted = optional(bool, false)
      }))
    }), {})
    on_failure = optional(object({
      arn         = string
      kms_key_arn = optional(string)
    }))
    new_failure_bucket = optional(object({
      prefix          = optional(string)
      expiration_days = optional(number, 90)
      kms_key_arn     = optional(string)
      force_destroy   = optional(bool, false)
    }), {})
    bridge = optional(object({
      group = optional(string, "tenant")
      queue = optional(object({
        arn                        = string
        url                        = string
        visibility_timeout_seconds = number
        dead_letter_queue = object({
          arn               = string
          max_receive_count = number
        })
        kms_key_arn       = optional(string)
        max_message_bytes = optional(number, 262144)
      }))
      new_queue = optional(object({
        name                          = optional(string)
        dead_letter_name              = optional(string)
        max_receive_count             = optional(number)
        visibility_timeout_seconds    = optional(number)
        retention_seconds             = optional(number)
        dead_letter_retention_seconds = optional(number)
        kms_key_arn                   = optional(string)
        high_throughput               = optional(bool, true)
        max_message_bytes             = optional(number)
      }), {})
      batch_size          = optional(number, 10)
      maximum_concurrency = optional(number)
    }))
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
    condition     = alltrue([for source in var.dynamodb_streams : contains(["quarantine", "redrive"], source.on_reject)])
    error_message = "Unknown setting for rejected records: dynamodb_streams[*].on_reject: use quarantine or redrive."
  }

  validation {
    condition     = alltrue([for key in keys(var.dynamodb_streams) : can(regex("^[A-Za-z0-9_-]{1,16}$", key))])
    error_message = "Invalid key, which becomes part of names: dynamodb_streams: use 1 to 16 of A-Z a-z 0-9 _ - for each key."
  }
}
