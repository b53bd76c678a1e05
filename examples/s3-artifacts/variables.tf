variable "name" {
  description = "Prefix of the names of the queue, its dead-letter queue, the quarantine and the router."
  type        = string
  default     = "orders"
}

variable "backend_arn" {
  description = "ARN of the existing tenant-isolated function, with the version or alias to invoke, if any."
  type        = string
}

variable "backend_timeout_seconds" {
  description = "That function's timeout, in seconds."
  type        = number
  default     = 30
}

variable "artifacts_bucket" {
  description = "Bucket in the functions' region that holds sqs-router-<architecture>.zip."
  type        = string
}

variable "artifacts_prefix" {
  description = "The key prefix of the zip in the bucket, such as tenant-router/v0.1.0; empty for none."
  type        = string
  default     = ""
}

variable "architecture" {
  description = "Architecture of the router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}
