# The queue between rule and router, in buffered mode; modules/sqs checks it.

variable "queue" {
  description = <<-EOT
    The buffer queue, in `buffered` mode. `null` (default) creates one from `new_queue`; an object adopts an existing standard queue, whose policy must contain the output `queue_policy_statement`:
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
    condition     = alltrue([for q in var.queue[*] : !endswith(q.arn, ".fifo")])
    error_message = "Events have no message group, so the queue cannot be FIFO: queue.arn: use a standard queue."
  }
}

variable "new_queue" {
  description = <<-EOT
    The queue and its dead-letter queue to create; not together with `queue`.
    `name`, `dead_letter_name`: default `<name>` and `<name>-dlq`.
    `max_receive_count`: attempts before a record goes to the dead-letter queue, 5 (default) to 1000. `visibility_timeout_seconds`: default six times the router's timeout plus the batching window, the least that AWS advises.
    `retention_seconds`: default 345600 (4 days), at least `max_receive_count` times the visibility timeout; `dead_letter_retention_seconds`: default 1209600 (14 days). SQS counts both from the first send (for a FIFO queue's dead letters, from their move), and deletes older messages.
    `kms_key_arn`: key for both queues; default SQS's own encryption. The key's policy must allow EventBridge to use it (`kms:GenerateDataKey`, `kms:Decrypt` for `events.amazonaws.com`).
  EOT
  type = object({
    name                          = optional(string)
    dead_letter_name              = optional(string)
    max_receive_count             = optional(number)
    visibility_timeout_seconds    = optional(number)
    retention_seconds             = optional(number)
    dead_letter_retention_seconds = optional(number)
    kms_key_arn                   = optional(string)
  })
  default = {}
}

variable "polling" {
  description = <<-EOT
    How Lambda reads the queue in `buffered` mode; `modules/sqs` checks it.
    `batch_size`: records in one batch, 1 to 10000, default 10; more than 10 needs a window. `window_seconds`: how long to wait for a batch to fill, 0 (default) to 300.
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
}
