variable "name" {
  description = "Names everything that is created, the stream among it: letters, digits and hyphens."
  type        = string
  default     = "events"
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

variable "parallelization_factor" {
  description = "Batches of one shard at the same time, 1 to 10; records with one partition key keep their order."
  type        = number
  default     = 4
}

variable "bridge" {
  description = "Whether a FIFO queue stands between stream and backend, so that one tenant's failures hold up no other."
  type        = bool
  default     = false
}

variable "artifacts_directory" {
  description = "Folder with kinesis-router-<architecture>.zip and sqs-router-<architecture>.zip, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the routers: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
