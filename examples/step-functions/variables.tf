variable "name" {
  description = "Prefix of the names of the state machine and the router."
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

variable "max_concurrency" {
  description = "The number of orders that one execution processes in parallel."
  type        = number
  default     = 10
}

variable "artifacts_directory" {
  description = "Folder with task-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}
