# The queue and how it is read.

variable "name" {
  description = "Prefix of all names: the function, role and log group `<name>-router`, the queue `<name>` and its dead-letter queue `<name>-dlq` (with `.fifo` where they are FIFO). At most 57 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,57}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -router: name: use 1 to 57 of A-Z a-z 0-9 _ -."
  }
}

variable "fifo" {
  description = "Whether the queue is FIFO, created or adopted. Default false. It is not derived from the ARN, so that the checks for FIFO queues also work at plan if the queue is created in the same run."
  type        = bool
  default     = false
}

variable "bridged_from" {
  description = "For the queue of a bridge, created by `modules/kinesis` or `modules/dynamodb-stream`: the kind of the stream, `kinesis` or `dynamodb`. Selectors then read the stream's record, and the backend gets the stream's own event. Default: none. FIFO only."
  type        = string
  default     = null
}

variable "queue" {
  description = <<-EOT
    The queue to read. `null` (default) creates one from `new_queue`; an object adopts an existing one:
    `arn`: the queue's ARN. `visibility_timeout_seconds`: as set on the queue; must be at least six times the router's timeout, plus the batching window. Terraform's data source for queues does not return it, so you must state it here.
    `dead_letter_queue`: `{ arn, max_receive_count }` as in the queue's redrive policy. It is required, because without one a failing record is deleted when the queue's retention ends.
    `kms_key_arn`: the key that encrypts the queue, if it is a customer managed key; default none.
  EOT
  type = object({
    arn                        = string
    visibility_timeout_seconds = number
    dead_letter_queue = object({
      arn               = string
      max_receive_count = number
    })
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = alltrue([for q in var.queue[*] : alltrue([for arn in [q.arn, q.dead_letter_queue.arn] : can(regex("^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+([.]fifo)?$", arn))])])
    error_message = "Not the ARN of a queue: queue.arn, queue.dead_letter_queue.arn: use arn:aws:sqs:<region>:<account>:<name>."
  }

  validation {
    condition     = alltrue([for q in var.queue[*] : q.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", q.kms_key_arn))])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): queue.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "new_queue" {
  description = <<-EOT
    The queue and its dead-letter queue to create; not together with `queue`.
    `name`, `dead_letter_name`: without `.fifo`; default `<name>` and `<name>-dlq`.
    `max_receive_count`: attempts before a record goes to the dead-letter queue, 5 (default) to 1000. `visibility_timeout_seconds`: default six times the router's timeout plus the batching window, the least that AWS advises.
    `retention_seconds`: default 345600 (4 days), at least `max_receive_count` times the visibility timeout; `dead_letter_retention_seconds`: default 1209600 (14 days). SQS counts both from the first send (for a FIFO queue's dead letters, from their move), and deletes older messages.
    `kms_key_arn`: key for both queues; default SQS's own encryption. `content_based_deduplication`, `high_throughput` (limits and deduplication by message group): FIFO only, default false.
    `max_message_bytes`: the largest message of both queues, 1024 to 1048576 (1 MiB); default: the AWS provider's default, 262144. More needs hashicorp/aws 6.8.
  EOT
  type = object({
    name                          = optional(string)
    dead_letter_name              = optional(string)
    max_receive_count             = optional(number)
    visibility_timeout_seconds    = optional(number)
    retention_seconds             = optional(number)
    dead_letter_retention_seconds = optional(number)
    kms_key_arn                   = optional(string)
    content_based_deduplication   = optional(bool)
    high_throughput               = optional(bool)
    max_message_bytes             = optional(number)
  })
  default = {}

  validation {
    condition     = alltrue([for name in [var.new_queue.name, var.new_queue.dead_letter_name] : name == null || can(regex("^[A-Za-z0-9_-]{1,75}$", name))])
    error_message = "Invalid name of a queue: new_queue.name, new_queue.dead_letter_name: use 1 to 75 of A-Z a-z 0-9 _ -, without .fifo."
  }

  validation {
    condition     = var.new_queue.max_message_bytes == null || try(var.new_queue.max_message_bytes >= 1024 && var.new_queue.max_message_bytes <= 1048576, false)
    error_message = "Message size limit out of range: new_queue.max_message_bytes: use 1024 to 1048576."
  }

  validation {
    condition     = var.new_queue.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.new_queue.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): new_queue.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "polling" {
  description = <<-EOT
    How Lambda reads the queue (the event source mapping).
    `batch_size`: records in one batch, 1 to 10000, default 10; more than 10 needs a window; a FIFO queue allows 10. `window_seconds`: how long to wait for a batch to fill, 0 (default) to 300; 0 for FIFO.
    `maximum_concurrency`: the most concurrent invocations of the router, 2 to 1000; default: only the account's limit. `enabled`: default true; false leaves the records in the queue.
    `filter`: `patterns` (JSON) of the records to read. Lambda DELETES every record that matches none of them, without any check [Lambda developer guide "Event filtering"], so you must confirm it with `unmatched_records_are_deleted = true`.
  EOT
  type = object({
    batch_size          = optional(number, 10)
    window_seconds      = optional(number, 0)
    maximum_concurrency = optional(number)
    enabled             = optional(bool, true)
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
    condition     = var.polling.batch_size <= 10 || var.polling.window_seconds >= 1
    error_message = "A batch of more than 10 needs a window: polling.window_seconds: use at least 1 (not for FIFO), or polling.batch_size of at most 10 [Lambda developer guide \"Using Lambda with Amazon SQS\"]."
  }

  validation {
    condition     = var.polling.maximum_concurrency == null || try(var.polling.maximum_concurrency >= 2 && var.polling.maximum_concurrency <= 1000, false)
    error_message = "Maximum concurrency out of range: polling.maximum_concurrency: use 2 to 1000, or leave it out."
  }

  validation {
    condition     = alltrue([for f in var.polling.filter[*] : f.unmatched_records_are_deleted])
    error_message = "A filter deletes every record that it does not match, without any check: polling.filter: leave it out, or confirm it with unmatched_records_are_deleted = true."
  }

  validation {
    condition     = alltrue(flatten([for f in var.polling.filter[*] : [length(f.patterns) >= 1 && length(f.patterns) <= 5, [for p in f.patterns : can(keys(jsondecode(p)))]]]))
    error_message = "Invalid filter patterns: polling.filter.patterns: give 1 to 5 JSON objects, written with jsonencode."
  }
}
