variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "orders"
}

variable "tenants" {
  description = "The initial tenants. Default: `blue` in the pool, `green` on the premium backend. With `principals`, only those senders may name the tenant: for a role, its unique id `AROA…`."
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
  description = "Folder with the zips that ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the functions: arm64 or x86_64. Default: the one that was built; arm64 if both are there."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether deletion protection is on for the registry. Default true: apply false before you destroy."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that are notified when an alarm goes off. Default: none."
  type        = list(string)
  default     = []
}
