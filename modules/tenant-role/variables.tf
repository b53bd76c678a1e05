variable "name" {
  description = "Name of the role. At most 64 characters. Roles are the same in all regions of an account."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The name cannot name a role: name: use 1 to 64 of A-Z a-z 0-9 + = , . @ _ -."
  }
}

variable "router_role_arns" {
  description = "The roles that may become a tenant: those of the routers that have this module's `credentials`, each the output `router_role_arn` of its source module; of a stream with a bridge `bridge_router_role_arn`. Nobody else can assume the role."
  type        = list(string)

  validation {
    condition     = length(var.router_role_arns) > 0
    error_message = "Nobody could use this role: router_role_arns: name at least one router's role."
  }

  validation {
    condition = alltrue([
      for arn in var.router_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "Not a role's ARN: router_role_arns: use arn:aws:iam::<account>:role/<path and name>, without wildcards."
  }
}

variable "s3" {
  description = <<-EOT
    Lets each tenant use its own objects of a bucket: those whose key begins with `<prefix><tenant id>/`. Default: none.
    `bucket_arn`: the bucket. `prefix`: default `tenants/`; empty or ending in `/`. `actions`: on the objects; default `s3:GetObject`, `s3:PutObject`, `s3:DeleteObject`. Listing the own prefix is allowed too.
    `kms_key_arn`: the bucket's key, if it is a customer managed key.
  EOT
  type = object({
    bucket_arn  = string
    prefix      = optional(string, "tenants/")
    actions     = optional(list(string), ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = alltrue([for s3 in var.s3[*] : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", s3.bucket_arn))])
    error_message = "Not a bucket's ARN: s3.bucket_arn: use arn:aws:s3:::<bucket>, without a key."
  }

  validation {
    # A wildcard or a variable of its own would reach beyond the tenant.
    condition     = alltrue([for s3 in var.s3[*] : can(regex("^([A-Za-z0-9!_.'()/-]*/)?$", s3.prefix))])
    error_message = "The prefix would not keep tenants apart: s3.prefix: leave it empty or end it with /, without * ? and $."
  }

  validation {
    condition = alltrue([for s3 in var.s3[*] : length(s3.actions) > 0 && alltrue([
      for action in s3.actions :
      can(regex("^s3:([A-Za-z]*Object[A-Za-z]*|AbortMultipartUpload|ListMultipartUploadParts)$", action))
    ])])
    error_message = "These are not actions on objects: s3.actions: name actions such as s3:GetObject, one by one, without wildcards; put others into policies."
  }

  validation {
    condition = alltrue([
      for key in var.s3[*].kms_key_arn :
      key == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", key))
    ])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): s3.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "dynamodb" {
  description = <<-EOT
    Lets each tenant use its own items of a table: those whose partition key is `<key_prefix><tenant id>`. Default: none.
    `table_arn`: the table, not an index. `key_prefix`: such as `TENANT#`; default none. `actions`: default `GetItem`, `BatchGetItem`, `Query`, `ConditionCheckItem`, `PutItem`, `UpdateItem`, `DeleteItem`, `BatchWriteItem`; others name no partition key and are refused.
    `kms_key_arn`: the table's key, if it is a customer managed key.
  EOT
  type = object({
    table_arn  = string
    key_prefix = optional(string, "")
    actions = optional(list(string), [
      "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
      "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
    ])
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition = alltrue([
      for arn in var.dynamodb[*].table_arn :
      can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", arn))
    ])
    error_message = "Not a table's ARN: dynamodb.table_arn: use arn:aws:dynamodb:<region>:<account>:table/<name>."
  }

  validation {
    condition     = alltrue([for d in var.dynamodb[*] : can(regex("^[^*?$]*$", d.key_prefix))])
    error_message = "The prefix would not keep tenants apart: dynamodb.key_prefix: use a fixed text, without * ? and $."
  }

  validation {
    # These tell IAM the partition key [Service Authorization Reference "Amazon DynamoDB"]; a scan reads all tenants' items.
    condition = alltrue([for d in var.dynamodb[*] : length(d.actions) > 0 && length(setsubtract(d.actions, [
      "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
      "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
    ])) == 0])
    error_message = "These actions cannot be cut to one tenant's items: dynamodb.actions: use GetItem, BatchGetItem, Query, ConditionCheckItem, PutItem, UpdateItem, DeleteItem, BatchWriteItem, each with dynamodb: before it."
  }

  validation {
    condition = alltrue([
      for key in var.dynamodb[*].kms_key_arn :
      key == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", key))
    ])
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): dynamodb.kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "policies" {
  description = "Further policy documents (JSON) of yours. Cut each to the tenant by `$${aws:PrincipalTag/tenant_id}`, in HCL written with two `$`: what does not name the tag is granted to all tenants alike. Default: none."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for policy in var.policies : can(keys(jsondecode(policy)))])
    error_message = "Not a policy document: policies: give JSON objects, written with jsonencode."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the role's permissions boundary. Default: none."
  type        = string
  default     = null
}

variable "path" {
  description = "Path of the role. Default `/`."
  type        = string
  default     = "/"

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.path))
    error_message = "Not a path of a role: path: begin and end it with /, such as /tenants/."
  }
}

variable "tags" {
  description = "Tags for the role. Default: none. Not `tenant_id`: that is the session's."
  type        = map(string)
  default     = {}

  validation {
    # A role's own tag counts for sessions that bring none of that name [IAM user guide "Pass session tags in AWS STS"].
    condition     = !contains([for key in keys(var.tags) : lower(key)], "tenant_id")
    error_message = "The role would be a tenant by itself: tags: leave tenant_id out, in any case of letters."
  }
}
