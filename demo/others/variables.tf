variable "backend_arn" {
  description = "ARN of the existing tenant-isolated function."
  type        = string
}

variable "backend_timeout_seconds" {
  description = "That function's timeout, in seconds."
  type        = number
}

variable "artifacts_directory" {
  description = "Folder with the routers' zips."
  type        = string
}

variable "architecture" {
  description = "Architecture of the routers: arm64 or x86_64."
  type        = string
}
