variable "name" {
  description = "Names the queues, the pipe, its enricher and the router."
  type        = string
  default     = "orders"
}

variable "backend_arn" {
  description = "ARN of the tenant-isolated function that exists already, with the version or alias to be invoked, if any."
  type        = string
}

variable "backend_timeout_seconds" {
  description = "That function's timeout, in seconds."
  type        = number
  default     = 30
}

variable "artifacts_directory" {
  description = "Folder with pipes-enricher-<architecture>.zip and sqs-router-<architecture>.zip, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of enricher and router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}
