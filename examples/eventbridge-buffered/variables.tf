variable "name" {
  description = "Names the rule, the queues and the router."
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

variable "event_source" {
  description = "The `source` of the events that are routed."
  type        = string
  default     = "shop.orders"
}

variable "artifacts_directory" {
  description = "Folder with sqs-router-<architecture>.zip, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}
