variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "shop"
}

variable "artifacts_directory" {
  description = "Folder with the zips that ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the functions: arm64 or x86_64. Default: the one that was built; arm64 if both are there."
  type        = string
  default     = null
}

variable "alarm_topic_arns" {
  description = "SNS topics that are notified when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
