# The stream and how it is read.

variable "name" {
  description = "Prefix of all names. At most 50 characters."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -bridge-router: name: use 1 to 50 of A-Z a-z 0-9 _ -."
  }
}

variable "stream" {
  description = <<-EOT
    The stream to read, set by the source module.
    `kind`: `kinesis` or `dynamodb`. `name`: how the alarms name it. `adopted_arn`: the stream's ARN; null if the source module creates it, in the region of the backend. `mapping_arn`: what the event source mapping reads, the stream or a consumer of it. `retention_hours`: how long the stream keeps records. `kms_key_arn`: the key that encrypts it, if it is a customer managed key; default none.
    `poll_statements`: the IAM statements that the event source mapping needs to read it, except the one for the key. `both_images`: for `dynamodb`, whether its records hold the old and the new image; default true.
  EOT
  type = object({
    kind            = string
    name            = string
    adopted_arn     = optional(string)
    mapping_arn     = string
    retention_hours = number
    kms_key_arn     = optional(string)
    both_images     = optional(bool, true)
    poll_statements = list(object({
      Sid      = string
      Effect   = string
      Action   = list(string)
      Resource = list(string)
    }))
  })
}

variable "polling" {
  description = "How Lambda reads the stream. The source modules check what differs between streams."
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
    condition     = var.polling.maximum_retry_attempts >= 0 && var.polling.maximum_retry_attempts <= 10000 && floor(var.polling.maximum_retry_attempts) == var.polling.maximum_retry_attempts
    error_message = "A failing record would stop its shard until it expires: polling.maximum_retry_attempts: use 0 to 10000 (Lambda's own default, -1, never ends)."
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
