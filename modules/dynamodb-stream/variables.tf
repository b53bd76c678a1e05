# The stream and how it is read.

variable "name" {
  description = "Prefix of all names: the function, role and log group `<name>-router`, the failure bucket's prefix, and with a bridge the queue `<name>-bridge.fifo` and its router `<name>-bridge-router`. At most 50 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -bridge-router: name: use 1 to 50 of A-Z a-z 0-9 _ -."
  }
}

variable "stream" {
  description = <<-EOT
    The table's stream to read.
    `arn`: of the stream (`aws_dynamodb_table.<this>.stream_arn`), not of the table. `view_type`: what its records hold, as set on the table: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`. `kms_key_arn`: the key that encrypts the table, if it is a customer managed key; default none.
    Use at most two readers for each stream [DynamoDB developer guide "Change data capture for DynamoDB Streams"].
  EOT
  type = object({
    arn         = string
    view_type   = string
    kms_key_arn = optional(string)
  })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+/stream/[^/]+$", var.stream.arn))
    error_message = "Not a stream's ARN: stream.arn: use the table's stream_arn, arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>."
  }

  validation {
    condition     = contains(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"], var.stream.view_type)
    error_message = "Unknown view type: stream.view_type: use KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES, as on the table."
  }

  validation {
    condition     = var.stream.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.stream.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): stream.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "polling" {
  description = <<-EOT
    How Lambda reads the stream (the event source mapping).
    `batch_size`: records in one batch, 1 to 10000, default 100. `window_seconds`: how long to wait for a batch to fill, 0 (default) to 300. `parallelization_factor`: batches of one shard at the same time, 1 (default) to 10; Lambda keeps the order of each item.
    `starting_position`: where the first read begins: `TRIM_HORIZON` (default, the oldest record) or `LATEST`, which may skip records that arrive while the mapping is created or changed [Lambda developer guide "Using AWS Lambda with Amazon DynamoDB"]. `enabled`: default true; false leaves the records in the stream.
    `maximum_retry_attempts`: 0 to 10000, default 10. `maximum_record_age_seconds`: 60 to 82800 (an hour less than the stream keeps records), default 79200 (22 hours). Records that are not acknowledged by then are discarded and go to `on_failure`. Without these limits, one failing record would stop its shard until it expires, and would then be lost. Outages of the backend use attempts too: raise the limits if outages may be long and no other tenant waits.
    `bisect_on_error`: default true; a batch whose first record fails is halved until that record is alone, so that no other record is discarded with it.
    `tumbling_window_seconds`: not supported. Lambda passes a window's state from one batch to the next, and so from tenant to tenant. Aggregate in the backend, which isolates each tenant.
    `filter`: `patterns` (JSON) of the records to read. Lambda skips every record that matches none of them, without any check [Lambda developer guide "Event filtering"], so you must confirm it with `unmatched_records_are_deleted = true`.
  EOT
  type = object({
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
  })
  default = {}

  validation {
    condition     = var.polling.batch_size >= 1 && var.polling.batch_size <= 10000 && floor(var.polling.batch_size) == var.polling.batch_size
    error_message = "Batch size out of range: polling.batch_size: use 1 to 10000."
  }

  validation {
    condition     = var.polling.window_seconds >= 0 && var.polling.window_seconds <= 300 && floor(var.polling.window_seconds) == var.polling.window_seconds
    error_message = "Batching window out of range: polling.window_seconds: use 0 to 300."
  }

  validation {
    condition     = var.polling.parallelization_factor >= 1 && var.polling.parallelization_factor <= 10 && floor(var.polling.parallelization_factor) == var.polling.parallelization_factor
    error_message = "Parallelization factor out of range: polling.parallelization_factor: use 1 to 10."
  }

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.polling.starting_position)
    error_message = "Unsupported starting position for a DynamoDB stream: polling.starting_position: use TRIM_HORIZON or LATEST."
  }

  validation {
    condition     = var.polling.maximum_retry_attempts >= 0 && var.polling.maximum_retry_attempts <= 10000 && floor(var.polling.maximum_retry_attempts) == var.polling.maximum_retry_attempts
    error_message = "A failing record would stop its shard until it expires: polling.maximum_retry_attempts: use 0 to 10000 (Lambda's own default, -1, never ends)."
  }

  validation {
    condition     = var.polling.maximum_record_age_seconds >= 60 && var.polling.maximum_record_age_seconds <= 82800 && floor(var.polling.maximum_record_age_seconds) == var.polling.maximum_record_age_seconds
    error_message = "Records would expire before they are discarded, since a stream keeps them for 24 hours: polling.maximum_record_age_seconds: use 60 to 82800 (Lambda's own default, -1, never ends)."
  }

  validation {
    condition     = var.polling.tumbling_window_seconds == 0
    error_message = "A tumbling window's state would pass from one tenant to the next: polling.tumbling_window_seconds: leave it out and aggregate in the backend, which isolates each tenant."
  }

  validation {
    condition     = alltrue([for f in var.polling.filter[*] : f.unmatched_records_are_deleted])
    error_message = "A filter skips every record that it does not match, without any check: polling.filter: leave it out, or confirm it with unmatched_records_are_deleted = true."
  }

  validation {
    condition     = alltrue(flatten([for f in var.polling.filter[*] : [length(f.patterns) >= 1 && length(f.patterns) <= 5, [for p in f.patterns : can(keys(jsondecode(p)))]]]))
    error_message = "Invalid filter patterns: polling.filter.patterns: give 1 to 5 JSON objects, written with jsonencode."
  }
}
