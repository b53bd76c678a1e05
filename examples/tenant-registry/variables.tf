variable "name" {
  description = "Names everything that is created."
  type        = string
  default     = "orders"
}

variable "tenants" {
  description = "Tenants to start with. Default: `blue` in the pool, `green` on the premium backend. Give a tenant `principals` to let only those send in its name: of a role its unique id, `AROA…`."
  type = map(object({
    status     = optional(string, "active")
    principals = optional(list(string))
    backend    = optional(string)
  }))
  default = {
    blue  = {}
    green = { backend = "premium" }
  }
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

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the registry. Default true: apply false before you destroy."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
