variable "name" {
  description = "Names everything that is created, the table among it."
  type        = string
  default     = "orders"
}

variable "stream" {
  description = "The stream of a table that exists: its ARN (aws dynamodb describe-table shows it as LatestStreamArn), its view type, and the KMS key of the table, when it is one of yours. Default: a table is created."
  type = object({
    arn         = string
    view_type   = string
    kms_key_arn = optional(string)
  })
  default = null
}

variable "partition_key" {
  description = "Name of the table's partition key, a string that begins with TENANT#<tenant>."
  type        = string
  default     = "pk"
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
  description = "Folder with dynamodb-router-<architecture>.zip, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
