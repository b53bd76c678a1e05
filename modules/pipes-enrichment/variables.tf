variable "name" {
  description = "Prefix of all names: the function, role and log group `<name>-enricher`. At most 55 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,55}$", var.name))
    error_message = "The name is invalid, or too long for a function's name with -enricher: name: use 1 to 55 of A-Z a-z 0-9 _ -."
  }
}
