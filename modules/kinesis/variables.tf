# The stream and how it is read.

variable "name" {
  description = "Prefix of all names: the function, role and log group `<name>-router`, the stream `<name>`, its consumer, the failure bucket's prefix, and with a bridge the queue `<name>-bridge.fifo` and its router `<name>-bridge-router`. At most 50 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -bridge-router: name: use 1 to 50 of A-Z a-z 0-9 _ -."
  }
}

variable "stream" {
  description = <<-EOT
    The stream to read. `null` (default) creates one from `new_stream`; an object adopts an existing one:
    `arn`: the stream's ARN. `kms_key_arn`: the key that encrypts it, if it is a customer managed key; default none. `consumer_arn`: an existing enhanced fan-out consumer of the stream; default none. `retention_hours`: as set on the stream, default 24. Another account's stream must name the router's role in its resource policy before it can be read.
  EOT
  type = object({
    arn             = string
    kms_key_arn     = optional(string)
    consumer_arn    = optional(string)
    retention_hours = optional(number, 24)
  })
  default = null

  validation {
    condition     = alltrue([for s in var.stream[*] : can(regex("^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]+$", s.arn))])
    error_message = "Not a stream's ARN: stream.arn: use arn:aws:kinesis:<region>:<account>:stream/<name>."
  }

  validation {
    condition     = alltrue([for s in var.stream[*] : s.consumer_arn == null || startswith(coalesce(s.consumer_arn, "-"), "${s.arn}/consumer/")])
    error_message = "Not a consumer of this stream: stream.consumer_arn: use <stream's ARN>/consumer/<name>:<timestamp>."
  }

  validation {
    condition     = alltrue([for s in var.stream[*] : s.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", s.kms_key_arn))])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): stream.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "new_stream" {
  description = <<-EOT
    The stream to create; not together with `stream`.
    `name`: default `<name>`. `mode`: `ON_DEMAND` (default) or `PROVISIONED` with `shard_count`. `retention_hours`: 24 (default) to 8760; older records are gone, read or not. `kms_key_arn`: default the key that AWS manages for Kinesis.
  EOT
  type = object({
    name            = optional(string)
    mode            = optional(string)
    shard_count     = optional(number)
    retention_hours = optional(number)
    kms_key_arn     = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["ON_DEMAND", "PROVISIONED"], coalesce(var.new_stream.mode, "ON_DEMAND")) && (coalesce(var.new_stream.mode, "ON_DEMAND") == "PROVISIONED") == (var.new_stream.shard_count != null)
    error_message = "Mode and number of shards do not match: new_stream.mode, new_stream.shard_count: use PROVISIONED with a shard_count, or ON_DEMAND without."
  }

  validation {
    condition     = coalesce(var.new_stream.retention_hours, 24) >= 24 && coalesce(var.new_stream.retention_hours, 24) <= 8760
    error_message = "Retention out of range: new_stream.retention_hours: use 24 to 8760."
  }

  validation {
    condition     = var.new_stream.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.new_stream.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): new_stream.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "consumer" {
  description = "Enhanced fan-out: whether to create a consumer of the stream, which gets its own 2 MB/s of each shard (charged by AWS). `create`: default false; `name`: default `<name>-router`. Not together with `stream.consumer_arn`."
  type = object({
    create = optional(bool, false)
    name   = optional(string)
  })
  default = {}
}

variable "polling" {
  description = <<-EOT
    How Lambda reads the stream (the event source mapping).
    `batch_size`: records in one batch, 1 to 10000, default 100. `window_seconds`: how long to wait for a batch to fill, 0 (default) to 300. `parallelization_factor`: batches of one shard at the same time, 1 (default) to 10; Lambda keeps the order of each partition key.
    `starting_position`: where the first read begins: `TRIM_HORIZON` (default, the oldest record), `AT_TIMESTAMP` with `starting_timestamp` (RFC 3339), or `LATEST`, which may skip records that arrive while the mapping is created or changed [Lambda developer guide "Using Lambda with Kinesis"]. `enabled`: default true; false leaves the records in the stream.
    `maximum_retry_attempts`: 0 to 10000, default 10. `maximum_record_age_seconds`: 60 to 604800, default 86400 (a day), or two hours less than the stream's retention where that is shorter; at least an hour less than the retention. Records that are not acknowledged by then are discarded and go to `on_failure`. Without these limits, one failing record would stop its shard until it expires, and would then be lost. Outages of the backend use attempts too: raise the limits if outages may be long and no other tenant waits.
    `bisect_on_error`: default true; a batch whose first record fails is halved until that record is alone, so that no other record is discarded with it.
    `tumbling_window_seconds`: not supported. Lambda passes a window's state from one batch to the next, and so from tenant to tenant. Aggregate in the backend, which isolates each tenant.
    `filter`: `patterns` (JSON) of the records to read. Lambda skips every record that matches none of them, without any check [Lambda developer guide "Event filtering"], so you must confirm it with `unmatched_records_are_deleted = true`.
  EOT
  type = object({
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
    condition     = contains(["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"], var.polling.starting_position) && (var.polling.starting_position == "AT_TIMESTAMP") == can(formatdate("YYYY", var.polling.starting_timestamp))
    error_message = "Starting position and timestamp do not match: polling.starting_position, polling.starting_timestamp: use TRIM_HORIZON or LATEST without a timestamp, or AT_TIMESTAMP with one such as 2026-11-24T00:00:00Z."
  }

  validation {
    condition     = var.polling.maximum_retry_attempts >= 0 && var.polling.maximum_retry_attempts <= 10000 && floor(var.polling.maximum_retry_attempts) == var.polling.maximum_retry_attempts
    error_message = "A failing record would stop its shard until it expires: polling.maximum_retry_attempts: use 0 to 10000 (Lambda's own default, -1, never ends)."
  }

  validation {
    condition     = alltrue([for age in var.polling.maximum_record_age_seconds[*] : age >= 60 && age <= 604800 && floor(age) == age])
    error_message = "A failing record would stop its shard until it expires: polling.maximum_record_age_seconds: use 60 to 604800 (Lambda's own default, -1, never ends)."
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
