variable "name" {
  description = "Name of the function and of its role and log group. At most 64 characters."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The function's name is invalid: name: use 1 to 64 of A-Z a-z 0-9 _ -."
  }
}

variable "package" {
  description = <<-EOT
    The function's code: `filename` (a zip; a changed hash is deployed), or `s3_bucket` with `s3_key` and `s3_object_version` (default: the newest version when the object changes), or `image_uri` (a container image).
  EOT
  type = object({
    filename          = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
    image_uri         = optional(string)
  })

  validation {
    condition     = length([for place in [var.package.filename, var.package.s3_bucket, var.package.image_uri] : place if place != null]) == 1
    error_message = "The code needs exactly one location: package: give filename, s3_bucket with s3_key, or image_uri."
  }

  validation {
    condition     = (var.package.s3_bucket == null) == (var.package.s3_key == null)
    error_message = "A bucket and a key belong together: package.s3_bucket, package.s3_key: give both or neither."
  }
}

variable "function" {
  description = <<-EOT
    How the function runs. It is created with tenant isolation mode `PER_TENANT`. Lambda cannot change that later, and does not support provisioned concurrency, SnapStart or function URLs with it [Lambda developer guide "Tenant isolation"].
    `runtime`, `handler`: default `provided.al2023` and `bootstrap`; unused with an image. `architecture`: `arm64` (default) or `x86_64`.
    `timeout_seconds`: 1 to 888, default 30. `memory_mb`: default 512; Lambda charges for each new environment by memory, and every tenant has its own environments.
    `environment`: its environment variables, shared by all tenants; default none. `kms_key_arn`: their key; default Lambda's own.
    `reserved_concurrency`: default none. `tracing`: `PassThrough` (default) or `Active`. `layers`: default none. `code_signing_config_arn`: default none.
    `vpc`: subnets and security groups to run in; default none.
  EOT
  type = object({
    runtime                 = optional(string, "provided.al2023")
    handler                 = optional(string, "bootstrap")
    architecture            = optional(string, "arm64")
    timeout_seconds         = optional(number, 30)
    memory_mb               = optional(number, 512)
    environment             = optional(map(string), {})
    kms_key_arn             = optional(string)
    reserved_concurrency    = optional(number)
    tracing                 = optional(string, "PassThrough")
    layers                  = optional(list(string), [])
    code_signing_config_arn = optional(string)
    vpc = optional(object({
      subnet_ids         = list(string)
      security_group_ids = list(string)
    }))
  })
  default = {}

  validation {
    condition     = contains(["arm64", "x86_64"], var.function.architecture)
    error_message = "Unsupported architecture: function.architecture: use arm64 or x86_64."
  }

  validation {
    condition     = var.function.timeout_seconds >= 1 && var.function.timeout_seconds <= 888 && floor(var.function.timeout_seconds) == var.function.timeout_seconds
    error_message = "The function's timeout is too long for a router: function.timeout_seconds: use whole seconds from 1 to 888, since the router must run 12 seconds longer and Lambda stops it at 900."
  }

  validation {
    condition     = contains(["PassThrough", "Active"], var.function.tracing)
    error_message = "Unsupported tracing mode: function.tracing: use PassThrough or Active."
  }
}

variable "alias" {
  description = "Alias under which every change is published, such as `live`; the router then invokes the alias. Default: none, the router invokes the newest code."
  type        = string
  default     = null

  validation {
    condition     = var.alias == null || can(regex("^[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*$", var.alias))
    error_message = "Invalid alias: alias: use letters, digits, _ and -, and not digits only."
  }
}

variable "failure_destination" {
  description = <<-EOT
    Where Lambda sends events that failed after an asynchronous invocation; needed for `delivery.invocation = "async"`, unused otherwise. Default: none.
    `arn`: a standard SQS queue or an SNS topic. `kms_key_arn`: its key, if it is a customer managed key. `retries`: attempts after the first, 0 to 2, default 2. `maximum_age_seconds`: 60 to 21600, default 21600 (6 hours).
  EOT
  type = object({
    arn                 = string
    kms_key_arn         = optional(string)
    retries             = optional(number, 2)
    maximum_age_seconds = optional(number, 21600)
  })
  default = null

  validation {
    condition     = alltrue([for d in var.failure_destination[*] : can(regex("^arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", d.arn))])
    error_message = "Unsupported failure destination: failure_destination.arn: use the ARN of a standard SQS queue or SNS topic (not FIFO)."
  }

  validation {
    condition     = alltrue([for d in var.failure_destination[*] : d.retries >= 0 && d.retries <= 2 && d.maximum_age_seconds >= 60 && d.maximum_age_seconds <= 21600])
    error_message = "Limits out of range: failure_destination: use retries from 0 to 2, maximum_age_seconds from 60 to 21600."
  }
}

variable "role" {
  description = <<-EOT
    The role that all tenants' environments share. Do not grant it anything that one tenant must not do to another.
    `existing`: `{ arn }` of an existing role, which must allow what the output `policy_json` lists; default: a role is created, at `path` (default `/`), with `permissions_boundary_arn` (default none) and `policies`: further policy documents (JSON), default none.
  EOT
  type = object({
    existing = optional(object({
      arn = string
    }))
    path                     = optional(string, "/")
    permissions_boundary_arn = optional(string)
    policies                 = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = var.role.existing == null || length(var.role.policies) == 0
    error_message = "This module does not change an existing role: role.policies: attach them to role.existing yourself."
  }
}

variable "logs" {
  description = "The log group. `retention_days`: default 90. `kms_key_arn`: its key, default CloudWatch's own. The module sets the JSON format, with which Lambda adds the tenant id to every line."
  type = object({
    retention_days = optional(number, 90)
    kms_key_arn    = optional(string)
  })
  default = {}
}

variable "tags" {
  description = "Tags for the function, its role and its log group. Default: none."
  type        = map(string)
  default     = {}
}
