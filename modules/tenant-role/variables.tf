variable "name" {
  description = "Name of the role. At most 64 characters. Roles are the same in all regions of an account."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "Invalid name of a role: name: use 1 to 64 of A-Z a-z 0-9 + = , . @ _ -."
  }
}

variable "router_role_arns" {
  description = "The roles that may assume this role: those of the routers that use this module's `credentials`, each the output `router_role_arn` of its source module; for a stream with a bridge, `bridge_router_role_arn`. No other role can assume it."
  type        = list(string)

  validation {
    condition     = length(var.router_role_arns) > 0
    error_message = "No router could use this role: router_role_arns: name at least one router's role."
  }

  validation {
    condition = alltrue([
      for arn in var.router_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "Not the ARN of a role: router_role_arns: use arn:aws:iam::<account>:role/<path and name>, without wildcards."
  }
}

variable "s3" {
  description = <<-EOT
    Lets each tenant use its own objects of a bucket: those whose key begins with `<prefix><tenant id>/`. Default: none.
    `bucket_arn`: the bucket. `prefix`: default `tenants/`; empty or ending in `/`. `actions`: on the objects; default `s3:GetObject`, `s3:PutObject`, `s3:DeleteObject`. Listing the tenant's own prefix is also allowed.
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
    error_message = "Not the ARN of a bucket: s3.bucket_arn: use arn:aws:s3:::<bucket>, without a key."
  }

  validation {
    # A wildcard or another variable would allow access to other tenants' data.
    condition     = alltrue([for s3 in var.s3[*] : can(regex("^([A-Za-z0-9!_.'()/-]*/)?$", s3.prefix))])
    error_message = "The prefix would not separate tenants: s3.prefix: leave it empty or end it with /, without * ? and $."
  }

  validation {
    condition = alltrue([for s3 in var.s3[*] : length(s3.actions) > 0 && alltrue([
      for action in s3.actions :
      can(regex("^s3:([A-Za-z]*Object[A-Za-z]*|AbortMultipartUpload|ListMultipartUploadParts)$", action))
    ])])
    error_message = "Not actions on objects: s3.actions: list actions such as s3:GetObject, without wildcards; put other actions into policies."
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
    `table_arn`: the table, not an index. `key_prefix`: such as `TENANT#`; default none. `actions`: default `GetItem`, `BatchGetItem`, `Query`, `ConditionCheckItem`, `PutItem`, `UpdateItem`, `DeleteItem`, `BatchWriteItem`; other actions name no partition key and are not supported.
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
    error_message = "Not the ARN of a table: dynamodb.table_arn: use arn:aws:dynamodb:<region>:<account>:table/<name>."
  }

  validation {
    condition     = alltrue([for d in var.dynamodb[*] : can(regex("^[^*?$]*$", d.key_prefix))])
    error_message = "The prefix would not separate tenants: dynamodb.key_prefix: use a fixed text, without * ? and $."
  }

  validation {
    # IAM knows the partition key of these actions [Service Authorization Reference "Amazon DynamoDB"]; a scan reads all
    # tenants' items.
    condition = alltrue([for d in var.dynamodb[*] : length(d.actions) > 0 && length(setsubtract(d.actions, [
      "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
      "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
    ])) == 0])
    error_message = "These actions cannot be limited to one tenant's items: dynamodb.actions: use GetItem, BatchGetItem, Query, ConditionCheckItem, PutItem, UpdateItem, DeleteItem, BatchWriteItem, each with the prefix dynamodb:."
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
  description = "More policy documents (JSON). Limit each to the tenant with `$${aws:PrincipalTag/tenant_id}`, in HCL written with two `$`: a statement without the tag grants the same to all tenants. Default: none."
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
    error_message = "Invalid path of a role: path: begin and end it with /, such as /tenants/."
  }
}

variable "tags" {
  description = "Tags for the role. Default: none. `tenant_id` is not allowed, because it is the session tag."
  type        = map(string)
  default     = {}

  validation {
    # A role's own tag applies to sessions without a session tag of that name [IAM user guide "Pass session tags in AWS
    # STS"].
    condition     = !contains([for key in keys(var.tags) : lower(key)], "tenant_id")
    error_message = "The role would act as a tenant without a session tag: tags: leave tenant_id out, in any letter case."
  }
}
