variable "name" {
  description = "Prefix of all names, including the stream's: letters, digits and hyphens."
  type        = string
  default     = "events"
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

variable "parallelization_factor" {
  description = "Batches of one shard at the same time, 1 to 10; records with one partition key keep their order."
  type        = number
  default     = 4
}

variable "bridge" {
  description = "Whether there is a FIFO queue between stream and backend, so that one tenant's failures delay no other tenant."
  type        = bool
  default     = false
}

variable "artifacts_directory" {
  description = "Folder with kinesis-router-<architecture>.zip and sqs-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the routers: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "alarm_topic_arns" {
  description = "SNS topics that are notified when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
