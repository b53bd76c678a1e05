# The registry, more backends, and tenants' credentials. modules/router-function checks them and writes them into
# TENANT_ROUTER_CONFIG.

variable "registry" {
  description = <<-EOT
    The table that lists the tenants; pass the `registry` output of `modules/tenant-registry`. Default: none, every id that matches the grammar is accepted.
    `table_arn`: the DynamoDB table, in the router's region. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `fresh_seconds`: how long an answer is used before the table is read again, 1 to 3600, default 60: the longest time until a suspension takes effect. `stale_seconds`: how long a known tenant's answer is used while the table cannot be read, `fresh_seconds` to 86400, default 900; after that its records wait with their source.
    `suspended`: what happens to a suspended tenant's events: `quarantine` (default: rejected) or `hold` (they stay in the queue, which counts their attempts, or in `direct` mode end with the undelivered events).
    `principal`: the path of a record's sender, as AWS asserts it, `{ path, capture }`. It is compared with the tenant's `principals`, if there are any. Default: the account that put the event, `$.body.account` in `buffered` mode and `$.account` in `direct`. A sender that may send to the buffer queue directly can write any account.
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
  description = "More tenant-isolated functions, by the name in a tenant's `backend` in the registry (1 to 32 of `a-z 0-9 _ -`); tenants without one use `backend`. Each is `{ function, timeout_seconds, failure_destination }` like `backend`; all share `delivery`. Needs `registry`. Default: none."
  type = map(object({
    function            = string
    timeout_seconds     = optional(number, 30)
    failure_destination = optional(string)
  }))
  default = {}
}

variable "credentials" {
  description = <<-EOT
    Sends credentials with every invocation that are valid for its tenant only; pass the `credentials` output of `modules/tenant-role`. Default: none. Needs `delivery.invocation = "sync"`.
    `role_arn`: the role that the router assumes with the session tag `tenant_id`. `session_seconds`: 900 to 3600, default 3600, and at least 313 more than the slowest backend's timeout. The role's maximum session duration must allow it.
  EOT
  type = object({
    role_arn        = string
    session_seconds = optional(number, 3600)
  })
  default = null
}
