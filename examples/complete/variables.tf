variable "name" {
  description = "Names everything that is created."
  type        = string
  default     = "shop"
}

variable "artifacts_directory" {
  description = "Folder with the zips, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the functions: arm64 or x86_64. Default: the one that was built; arm64 if both were."
  type        = string
  default     = null
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
