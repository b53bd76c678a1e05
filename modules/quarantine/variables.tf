variable "name" {
  description = "Name of the quarantine queue, without `.fifo` (added where `fifo` is true). At most 75 characters."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", var.name))
    error_message = "The name cannot name a queue: name: use 1 to 75 of A-Z a-z 0-9 _ -, without .fifo."
  }
}

variable "fifo" {
  description = "Whether the quarantine is a FIFO queue, which keeps set-aside records of one message group in their order: the group is the record's order key, or its tenant where the source says `on_reject.group = \"tenant\"`. Default false. A FIFO source needs a FIFO quarantine."
  type        = bool
  default     = false
}

variable "max_message_bytes" {
  description = "The largest record that can be set aside, with its envelope and the reason, in bytes: 1024 to 1048576 (1 MiB, the most that SQS takes). Default: what the AWS provider sets, which is 262144; more needs hashicorp/aws 6.8. A record that is larger goes to the bucket of `large_records`; without one it stays with its source."
  type        = number
  default     = null

  validation {
    condition     = var.max_message_bytes == null || try(var.max_message_bytes >= 1024 && var.max_message_bytes <= 1048576, false)
    error_message = "SQS takes no such message: max_message_bytes: use 1024 to 1048576."
  }
}

variable "large_records" {
  description = <<-EOT
    Makes a private S3 bucket for records that no message can hold: larger than `max_message_bytes`, or with characters that SQS refuses. The message then says where the record is. Default: none; such a record stays with its source, and in a stream holds up its shard.
    `kms_key_arn`: the bucket's key; default S3's own encryption. `expire_after_days`: default 90, at least the queue's retention. `force_destroy`: whether destroying the bucket deletes the records that are still in it; default false.
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
  description = "How long a record waits to be looked at before SQS deletes it, in seconds: 60 to 1209600. Default 1209600 (14 days, the longest that SQS keeps anything)."
  type        = number
  default     = 1209600

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds <= 1209600
    error_message = "SQS keeps no message that long, or that short: retention_seconds: use 60 to 1209600."
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
