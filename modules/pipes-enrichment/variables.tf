variable "name" {
  description = "Names everything that is created: the function, role and log group `<name>-enricher`. At most 55 characters. Roles are the same in all regions of an account: use another name in each region."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,55}$", var.name))
    error_message = "The name leaves no room for -enricher in a function's name: name: use 1 to 55 of A-Z a-z 0-9 _ -."
  }
}
