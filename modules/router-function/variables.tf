variable "name" {
  description = "Name of the router function and of its role, log group and alarms. At most 64 characters (Lambda's limit for function names)."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The name cannot name a function: name: use 1 to 64 of A-Z a-z 0-9 _ -."
  }
}

variable "event_source" {
  description = <<-EOT
    What the source module tells about its source.
    `kind` goes into the configuration (`sqs`); `ordered` says whether records with the same order key must stay in order;
    `poll_statements` are the IAM statements without which the event source mapping cannot read: poll actions on that source only.
  EOT
  type = object({
    kind    = string
    ordered = bool
    poll_statements = list(object({
      Sid      = string
      Effect   = string
      Action   = list(string)
      Resource = list(string)
    }))
  })

  validation {
    condition     = contains(["sqs"], var.event_source.kind)
    error_message = "The router knows no such source: event_source.kind: use sqs."
  }
}

variable "artifacts" {
  description = <<-EOT
    Where the router's zip, `<kind>-router-<architecture>.zip`, is found: either `directory` (a local folder, such as `dist`), or `s3_bucket` with `s3_prefix`.
    A changed zip is deployed at the next apply: by its hash from a folder, by object version or SHA-256 checksum from a bucket.
  EOT
  type = object({
    directory = optional(string)
    s3_bucket = optional(string)
    s3_prefix = optional(string, "")
  })

  validation {
    condition     = (var.artifacts.directory == null) != (var.artifacts.s3_bucket == null)
    error_message = "Exactly one place must hold the router's zip: artifacts: give either directory, or s3_bucket with s3_prefix."
  }
}

variable "tags" {
  description = "Tags for everything that this module creates and that can carry tags. Default: none."
  type        = map(string)
  default     = {}
}
