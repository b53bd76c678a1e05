# The on-failure destination and the bridge. modules/failure-bucket and modules/sqs check their own fields.

variable "on_failure" {
  description = "Where Lambda writes the records that it discards; one of `on_failure` and `new_failure_bucket` is required."
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
  description = "Creates a bucket for discarded records. Not together with `on_failure`."
  type = object({
    prefix          = optional(string)
    expiration_days = optional(number, 90)
    kms_key_arn     = optional(string)
    force_destroy   = optional(bool, false)
  })
  default = null
}

variable "bridge" {
  description = "Puts an SQS FIFO queue and a second router between stream and backend; `null` (default) means no bridge."
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
    quarantine          = optional(any)
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
