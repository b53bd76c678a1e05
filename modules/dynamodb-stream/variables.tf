# The stream and how it is read.

variable "name" {
  description = "Names everything that is created: the function, role and log group `<name>-router`, the failure bucket's prefix, and with a bridge the queue `<name>-bridge.fifo` and its router `<name>-bridge-router`. At most 50 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "The name leaves no room for -bridge-router in a function's name: name: use 1 to 50 of A-Z a-z 0-9 _ -."
  }
}

variable "stream" {
  description = <<-EOT
    The table's stream to read.
    `arn`: of the stream (`aws_dynamodb_table.<this>.stream_arn`), not of the table. `view_type`: what its records hold, as set on the table: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`. `kms_key_arn`: the key that encrypts the table, when it is a KMS key of yours; default none.
    Keep to two readers for each stream [DynamoDB developer guide "Change data capture for DynamoDB Streams"].
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
    error_message = "A stream has no such view: stream.view_type: use KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES, as on the table."
  }

  validation {
    condition     = var.stream.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.stream.kms_key_arn))
    error_message = "IAM needs the key itself, not an alias: stream.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "polling" {
  description = <<-EOT
    How Lambda reads the stream (the event source mapping).
    `batch_size`: records in one batch, 1 to 10000, default 100. `window_seconds`: how long to wait for a batch to fill, 0 (default) to 300. `parallelization_factor`: batches of one shard at the same time, 1 (default) to 10; Lambda keeps the order of each item.
    `starting_position`: where the first read begins: `TRIM_HORIZON` (default, the oldest record) or `LATEST`, which may pass over records that come while the mapping is being made or changed [Lambda developer guide "Using AWS Lambda with Amazon DynamoDB"]. `enabled`: default true; false leaves the records in the stream.
    `maximum_retry_attempts`: 0 to 10000, default 10. `maximum_record_age_seconds`: 60 to 82800 (an hour less than the stream keeps records), default 79200 (22 hours). What is not settled by then is given up and goes to `on_failure`; without an end to both, one bad record would stop its shard until it expires, and be lost then. Outages of the backend use up attempts as well: raise them where it may be away for long and no other tenant waits.
    `bisect_on_error`: default true; a batch whose first record fails is halved until that record is alone, so that no other is given up with it.
    `tumbling_window_seconds`: refused. Lambda hands the state of a window from one batch to the next, and so from tenant to tenant; aggregate in the backend, which keeps each tenant apart.
    `filter`: `patterns` (JSON) of the records to read. Lambda passes over every record that matches none of them, unseen and unchecked [Lambda developer guide "Event filtering"], so it is refused unless `unmatched_records_are_deleted = true` says that this is meant.
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
    error_message = "Lambda reads no such batch: polling.batch_size: use 1 to 10000."
  }

  validation {
    condition     = var.polling.window_seconds >= 0 && var.polling.window_seconds <= 300 && floor(var.polling.window_seconds) == var.polling.window_seconds
    error_message = "Lambda waits no such time: polling.window_seconds: use 0 to 300."
  }

  validation {
    condition     = var.polling.parallelization_factor >= 1 && var.polling.parallelization_factor <= 10 && floor(var.polling.parallelization_factor) == var.polling.parallelization_factor
    error_message = "Lambda reads no shard so often at once: polling.parallelization_factor: use 1 to 10."
  }

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.polling.starting_position)
    error_message = "A DynamoDB stream cannot be read from a time on: polling.starting_position: use TRIM_HORIZON or LATEST."
  }

  validation {
    condition     = var.polling.maximum_retry_attempts >= 0 && var.polling.maximum_retry_attempts <= 10000 && floor(var.polling.maximum_retry_attempts) == var.polling.maximum_retry_attempts
    error_message = "One bad record would stop its shard until it expires: polling.maximum_retry_attempts: use 0 to 10000 (Lambda's own default, -1, never ends)."
  }

  validation {
    condition     = var.polling.maximum_record_age_seconds >= 60 && var.polling.maximum_record_age_seconds <= 82800 && floor(var.polling.maximum_record_age_seconds) == var.polling.maximum_record_age_seconds
    error_message = "Records would be gone before they are given up, since a stream keeps them for 24 hours: polling.maximum_record_age_seconds: use 60 to 82800 (Lambda's own default, -1, never ends)."
  }

  validation {
    condition     = var.polling.tumbling_window_seconds == 0
    error_message = "A tumbling window's state would pass from one tenant to the next: polling.tumbling_window_seconds: leave it out and aggregate in the backend, which keeps each tenant apart."
  }

  validation {
    condition     = alltrue([for f in var.polling.filter[*] : f.unmatched_records_are_deleted])
    error_message = "A filter passes over every record that it does not match, unseen and unchecked: polling.filter: leave it out, or say unmatched_records_are_deleted = true if that is meant."
  }

  validation {
    condition     = alltrue(flatten([for f in var.polling.filter[*] : [length(f.patterns) >= 1 && length(f.patterns) <= 5, [for p in f.patterns : can(keys(jsondecode(p)))]]]))
    error_message = "Not filter patterns: polling.filter.patterns: give 1 to 5 JSON objects, written with jsonencode."
  }
}
