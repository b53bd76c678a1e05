# Whom the router trusts, and with what. modules/router-function checks these and writes them into TENANT_ROUTER_CONFIG.

variable "registry" {
  description = <<-EOT
    The table that says who is a tenant; take the `registry` output of `modules/tenant-registry`. Default: none, every id of the right form is a tenant's.
    `table_arn`: the DynamoDB table, in the router's region. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `fresh_seconds`: how long an answer is used before the table is asked again, 1 to 3600, default 60: the longest that a suspension takes to be seen. `stale_seconds`: how long a known tenant's answer is used while the table cannot be read, `fresh_seconds` to 86400, default 900; after that its tasks fail with `RegistryUnavailable`, which the output `retry` repeats.
    `suspended`: what becomes of a suspended tenant's tasks: `quarantine` (default: rejected) or `hold` (the task fails with `TenantHeld`, to be caught and done later).
    `principal`: where a record's sender stands, as AWS asserts it, `{ path, capture }`; compared with the tenant's `principals`, where it has any. Default: none, since a task's input says only what the state machine writes into it; a tenant that has `principals` is then refused as `unauthorized`.
  EOT
  type = object({
    table_arn     = string
    kms_key_arn   = optional(string)
    fresh_seconds = optional(number, 60)
    stale_seconds = optional(number, 900)
    suspended     = optional(string, "quarantine")
    principal = optional(object({
      path    = string
      capture = optional(string)
    }))
  })
  default = null
}

variable "backends" {
  description = "Further tenant-isolated functions, by the name that a tenant's `backend` in the registry gives (1 to 32 of `a-z 0-9 _ -`); tenants without one get `backend`. Each is `{ function, timeout_seconds }` as `backend` is. Needs `registry`. Default: none."
  type = map(object({
    function        = string
    timeout_seconds = optional(number, 30)
  }))
  default = {}
}

variable "credentials" {
  description = <<-EOT
    Has every invocation carry credentials that are good for its tenant only; take the `credentials` output of `modules/tenant-role`. Default: none.
    `role_arn`: the role that the router assumes with the session tag `tenant_id`. `session_seconds`: 900 to 3600, default 3600, and at least 313 more than the slowest backend's timeout; the role's own maximum must allow it.
  EOT
  type = object({
    role_arn        = string
    session_seconds = optional(number, 3600)
  })
  default = null
}
