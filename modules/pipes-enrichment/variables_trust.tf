# Whom the router trusts, and with what. modules/router-function checks these and writes them into TENANT_ROUTER_CONFIG.

variable "registry" {
  description = <<-EOT
    The table that says who is a tenant; take the `registry` output of `modules/tenant-registry`. Default: none, every id of the right form is a tenant's.
    `table_arn`: the DynamoDB table, in the router's region. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `fresh_seconds`: how long an answer is used before the table is asked again, 1 to 3600, default 60: the longest that a suspension takes to be seen. `stale_seconds`: how long a known tenant's answer is used while the table cannot be read, `fresh_seconds` to 86400, default 900; after that its records wait in the pipe's source.
    `suspended`: what becomes of a suspended tenant's records: `quarantine` (default: rejected) or `hold` (the whole batch fails, until the pipe's source gives it up).
    `principal`: where a record's sender stands, as AWS asserts it, `{ path, capture }`; compared with the tenant's `principals`, where it has any. Default: none, and a tenant that has `principals` is then refused as `unauthorized`; for a pipe from SQS name `$.attributes.SenderId`.
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
