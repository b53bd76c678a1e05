# The registry, more backends, and tenants' credentials. modules/router-function checks them and writes them into
# TENANT_ROUTER_CONFIG.

variable "registry" {
  description = <<-EOT
    The table that lists the tenants; pass the `registry` output of `modules/tenant-registry`. Default: none, every id that matches the grammar is accepted.
    `table_arn`: the DynamoDB table, in the router's region. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `fresh_seconds`: how long an answer is used before the table is read again, 1 to 3600, default 60: the longest time until a suspension takes effect. `stale_seconds`: how long a known tenant's answer is used while the table cannot be read, `fresh_seconds` to 86400, default 900; after that its records wait in the pipe's source.
    `suspended`: what happens to a suspended tenant's records: `quarantine` (default: rejected) or `hold` (the whole batch fails, until the pipe's source stops retrying).
    `principal`: the path of a record's sender, as AWS asserts it, `{ path, capture }`. It is compared with the tenant's `principals`, if there are any. Default: none, and records of a tenant with `principals` are then rejected as `unauthorized`; for a pipe from SQS name `$.attributes.SenderId`.
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
