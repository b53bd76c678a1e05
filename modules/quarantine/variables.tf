variable "name" {
  description = "Name of the quarantine queue, without `.fifo` (added if `fifo` is true). At most 75 characters."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", var.name))
    error_message = "Invalid name of a queue: name: use 1 to 75 of A-Z a-z 0-9 _ -, without .fifo."
  }
}

variable "fifo" {
  description = "Whether the quarantine is a FIFO queue, which keeps the order of quarantined records within a message group: the record's order key, or its tenant if the source sets `on_reject.group = \"tenant\"`. Default false. A FIFO source needs a FIFO quarantine."
  type        = bool
  default     = false
}

variable "max_message_bytes" {
  description = "The largest record that can be quarantined, with its envelope and the reason, in bytes: 1024 to 1048576 (1 MiB, SQS's maximum). Default: the AWS provider's default, 262144; more needs hashicorp/aws 6.8. A larger record goes to the bucket of `large_records`; without one, it stays with its source."
  type        = number
  default     = null

  validation {
    condition     = var.max_message_bytes == null || try(var.max_message_bytes >= 1024 && var.max_message_bytes <= 1048576, false)
    error_message = "Message size limit out of range: max_message_bytes: use 1024 to 1048576."
  }
}

variable "large_records" {
  description = <<-EOT
    Creates a private S3 bucket for records that do not fit into a message: larger than `max_message_bytes`, or with characters that SQS rejects. The message then names the object. Default: none; such a record stays with its source, and in a stream blocks its shard.
    `kms_key_arn`: the bucket's key; default S3's own encryption. `expire_after_days`: default 90, at least the queue's retention. `force_destroy`: whether terraform destroy deletes the records in it; default false.
  EOT
  type = object({
    kms_key_arn       = optional(string)
    expire_after_days = optional(number, 90)
    force_destroy     = optional(bool, false)
  })
  default = null

  validation {
    condition = alltrue([
      for days in var.large_records[*].expire_after_days : days >= 1 && floor(days) == days
    ])
    error_message = "Not a number of whole days: large_records.expire_after_days: use 1 or more."
  }

  validation {
    condition = alltrue([
      for key in var.large_records[*].kms_key_arn :
      key == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", key))
    ])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): large_records.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "retention_seconds" {
  description = "How long a record waits before SQS deletes it, in seconds: 60 to 1209600. Default 1209600 (14 days, SQS's maximum)."
  type        = number
  default     = 1209600

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds <= 1209600
    error_message = "Retention out of range for SQS: retention_seconds: use 60 to 1209600."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the queue. Default: SQS's own encryption (SSE-SQS)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "alarms" {
  description = "The alarm for a quarantine that is not empty. `enabled`: default true. `actions`: ARNs that are notified when it goes off, default none; `ok_actions`: the same for when it is over."
  type = object({
    enabled    = optional(bool, true)
    actions    = optional(list(string), [])
    ok_actions = optional(list(string), [])
  })
  default = {}
}

variable "tags" {
  description = "Tags for the queue and the alarm. Default: none."
  type        = map(string)
  default     = {}
}
