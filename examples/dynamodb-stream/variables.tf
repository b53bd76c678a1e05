variable "name" {
  description = "Prefix of all names, including the table's."
  type        = string
  default     = "orders"
}

variable "stream" {
  description = "The stream of an existing table: its ARN (aws dynamodb describe-table shows it as LatestStreamArn), its view type, and the table's KMS key if it is a customer managed key. Default: a table is created."
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
  description = "ARN of the existing tenant-isolated function, with the version or alias to invoke, if any."
  type        = string
}

variable "backend_timeout_seconds" {
  description = "That function's timeout, in seconds."
  type        = number
  default     = 30
}

variable "artifacts_directory" {
  description = "Folder with dynamodb-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the router: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "alarm_topic_arns" {
  description = "SNS topics that are notified when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
