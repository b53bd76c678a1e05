variable "name" {
  description = "Prefix of the names of the queues, the pipe, its enricher and the router."
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

variable "artifacts_directory" {
  description = "Folder with pipes-enricher-<architecture>.zip and sqs-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of enricher and router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}
