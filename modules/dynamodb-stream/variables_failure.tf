# The on-failure destination and the bridge. modules/failure-bucket and modules/sqs check their own fields.

variable "on_failure" {
  description = <<-EOT
    Where Lambda writes the records that it discards after `polling.maximum_retry_attempts` or `polling.maximum_record_age_seconds`; one of `on_failure` and `new_failure_bucket` is required.
    `arn`: of an S3 bucket (preferred: it gets the records themselves), an SQS queue or an SNS topic (these only get metadata, with which the records can be read from the stream until its retention ends). `kms_key_arn`: the key that encrypts it, if it is a customer managed key; default none.
  EOT
  type = object({
    arn         = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = alltrue([for f in var.on_failure[*] : can(regex("^arn:aws[a-z-]*:(s3:::[a-z0-9.-]+|(sqs|sns):[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+)$", f.arn))])
    error_message = "Unsupported on-failure destination: on_failure.arn: use the ARN of an S3 bucket (it keeps the records), a standard SQS queue or an SNS topic (metadata only)."
  }

  validation {
    condition     = alltrue([for f in var.on_failure[*] : f.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", f.kms_key_arn))])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): on_failure.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "new_failure_bucket" {
  description = <<-EOT
    Creates a private, encrypted S3 bucket for discarded records; `{}` uses the defaults. Not together with `on_failure`.
    `prefix`: of the bucket's name, default `<name>-failed-` (in lower case). `expiration_days`: the number of days after which objects are deleted, default 90. `kms_key_arn`: default S3's own encryption. `force_destroy`: whether terraform destroy deletes the records in it, default false.
  EOT
  type = object({
    prefix          = optional(string)
    expiration_days = optional(number, 90)
    kms_key_arn     = optional(string)
    force_destroy   = optional(bool, false)
  })
  default = null
}

variable "bridge" {
  description = <<-EOT
    Puts an SQS FIFO queue between stream and backend, so that one tenant's failures do not block a shard; `{}` uses the defaults, `null` (default) means no bridge. The stream's router then sends admitted records to the queue, and a second router, `<name>-bridge-router`, reads the queue and invokes the backend with the stream's own records.
    `group`: the message group, within which records wait for each other: `tenant` (default: all of a tenant's records) or `tenant_and_key` (those with one item key).
    `queue`: adopts an existing FIFO queue, as in `modules/sqs`, with its `url` and its `max_message_bytes` (as set on the queue, default 262144); without it, a queue and its dead-letter queue are created from `new_queue` (as in `modules/sqs`; by default with high throughput and a retention of 1209600 s, 14 days). A record larger than `max_message_bytes` (262144 unless `new_queue` sets more) is rejected as `too_large`.
    `batch_size`: records that the second router reads at a time, 1 to 10, default 10. With 1, a failing record does not fail others of its group, and no group waits for the response of a slow one; every record is then one invocation of that router. `maximum_concurrency`: the most concurrent invocations of that router, 2 to 1000; default: only the account's limit.
    `quarantine`: a FIFO quarantine, as in `on_reject`, for messages that were not sent by a bridge and for records whose tenant was suspended meanwhile; without it, they go to the queue's dead-letter queue. `quarantine_group`: its message group, `order_key` (default) or `tenant`.
  EOT
  type = object({
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
    quarantine = optional(object({
      queue_url         = string
      queue_arn         = string
      kms_key_arn       = optional(string)
      max_message_bytes = optional(number, 262144)
      large_records = optional(object({
        bucket      = string
        prefix      = optional(string, "")
        kms_key_arn = optional(string)
      }))
    }))
    quarantine_group    = optional(string, "order_key")
    batch_size          = optional(number, 10)
    maximum_concurrency = optional(number)
  })
  default = null

  validation {
    condition     = alltrue([for b in var.bridge[*] : contains(["tenant", "tenant_and_key"], b.group)])
    error_message = "Unknown message group: bridge.group: use tenant or tenant_and_key."
  }

  validation {
    condition     = alltrue([for b in var.bridge[*] : b.batch_size >= 1 && b.batch_size <= 10 && floor(b.batch_size) == b.batch_size])
    error_message = "Batch size out of range for a FIFO queue: bridge.batch_size: use 1 to 10."
  }

  validation {
    condition     = alltrue([for q in try(var.bridge.queue, null)[*] : q.max_message_bytes >= 1024 && q.max_message_bytes <= 1048576])
    error_message = "Message size limit out of range: bridge.queue.max_message_bytes: use 1024 to 1048576, as set on the queue."
  }

  validation {
    condition     = alltrue([for q in try(var.bridge.queue, null)[*] : endswith(q.url, "/${reverse(split(":", q.arn))[0]}")])
    error_message = "The URL belongs to another queue: bridge.queue.url: use the URL of bridge.queue.arn, which ends in the same name."
  }

  validation {
    condition     = alltrue([for q in try(var.bridge.queue, null)[*] : endswith(q.arn, ".fifo")])
    error_message = "A standard queue does not keep the order: bridge.queue.arn: use a FIFO queue, whose name ends in .fifo."
  }

  validation {
    condition     = alltrue([for b in var.bridge[*] : b.queue == null || alltrue([for name, value in b.new_queue : value == null || name == "high_throughput"])])
    error_message = "A queue cannot be both adopted and created: bridge.queue, bridge.new_queue: leave one of them out."
  }
}
