# The router's configuration. modules/router-function checks it and writes it into TENANT_ROUTER_CONFIG.

variable "backend" {
  description = <<-EOT
    The tenant-isolated function (`PER_TENANT`) that gets the payloads.
    `function`: its ARN, with the version or alias to invoke, if any; the router may invoke only this form.
    `timeout_seconds`: the function's own timeout, 1 to 888; default 30. The router abandons an invocation after this time plus a cold start, so too low a value repeats work.
  EOT
  type = object({
    function        = string
    timeout_seconds = optional(number, 30)
  })
}

variable "tenant_id" {
  description = <<-EOT
    The paths at which a task's input names its tenant.
    `from`: record paths in order; the first present one gives the id, and every other present one must give the same id. Each has a `path`, such as `$.tenant_id`, and optionally a `capture`: a regular expression with exactly one group, which extracts the id from the value.
    `must_match`: paths of the same form that must all be present and give the same id; default none.
    `grammar`: `strict` (default: letters, digits and `. _ : -`, at most 128), `lambda` (everything that Lambda accepts) or a regular expression that narrows `lambda`. A task whose id does not match fails with `TenantRejected`. Default: `$.tenant_id`.
  EOT
  type = object({
    from = optional(list(object({
      path    = string
      capture = optional(string)
    })), [{ path = "$.tenant_id" }])
    must_match = optional(list(object({
      path    = string
      capture = optional(string)
    })), [])
    grammar = optional(string, "strict")
  })
  default = {}
}

variable "payload" {
  description = "The path of the payload in the task's input. Default `$.payload`. The backend gets the payload byte for byte."
  type        = string
  default     = "$.payload"
}
