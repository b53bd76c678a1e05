variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "orders"
}

variable "queue_arn" {
  description = "ARN of the existing FIFO queue."
  type        = string
}

variable "visibility_timeout_seconds" {
  description = "That queue's visibility timeout, as it is set, in seconds: at least six times the router's timeout, which is twice the backend's plus 12: 312 for a backend of 20."
  type        = number
}

variable "dead_letter_queue" {
  description = "That queue's redrive policy, as it is set: the ARN of its dead-letter queue and the most receives."
  type = object({
    arn               = string
    max_receive_count = number
  })
}

variable "queue_kms_key_arn" {
  description = "ARN of the KMS key that encrypts the queue. Default: not encrypted, or by SQS itself."
  type        = string
  default     = null
}

variable "backend_timeout_seconds" {
  description = "Timeout of the backend that is created, in seconds."
  type        = number
  default     = 20
}

variable "backend_zip" {
  description = "The backend's code, a zip: a handler written for SQS events works unchanged. Default: the demo backend in artifacts_directory."
  type        = string
  default     = null
}

variable "artifacts_directory" {
  description = "Folder with sqs-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of both functions: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary that roles must have in your account. Default: none."
  type        = string
  default     = null
}

variable "alarm_topic_arns" {
  description = "SNS topics that are notified when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
