# The source modules declare the fields of these inputs, with defaults and checks; modules/router-function, modules/sqs and
# modules/failure-bucket check the rest. No input has a default here, so that a source module cannot forget to pass one on.

variable "kind" {
  description = "The kind of the stream: `kinesis` or `dynamodb`."
  type        = string
}

variable "stream" {
  description = <<-EOT
    The stream to read, as the source module describes it.
    `name`: how the alarms name it. `adopted_arn`: the stream's ARN; null if the source module creates it, in the region of the backend. `mapping_arn`: what the event source mapping reads, the stream or a consumer of it. `retention_hours`: how long the stream keeps records. `kms_key_arn`: the key that encrypts it, if it is a customer managed key.
    `poll_statements`: the IAM statements that the event source mapping needs to read it, except the one for the key. `both_images`: whether its records can show an item before and after a change; always true for `kinesis`.
  EOT
  type = object({
    name            = string
    adopted_arn     = string
    mapping_arn     = string
    retention_hours = number
    kms_key_arn     = string
    both_images     = bool
    poll_statements = list(object({
      Sid      = string
      Effect   = string
      Action   = list(string)
      Resource = list(string)
    }))
  })
}

variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "polling" {
  description = "How Lambda reads the stream."
  type        = any
}

variable "on_failure" {
  description = "Where Lambda writes the records that it discards; one of `on_failure` and `new_failure_bucket` is required."
  type        = any
}

variable "new_failure_bucket" {
  description = "Creates a bucket for discarded records. Not together with `on_failure`."
  type        = any
}

variable "bridge" {
  description = "Puts an SQS FIFO queue and a second router between stream and backend; `null` means no bridge."
  type        = any
}

variable "artifacts" {
  description = "Where the routers' zips are."
  type        = any
}

variable "backend" {
  description = "The tenant-isolated function that gets the records."
  type        = any
}

variable "tenant_id" {
  description = "The paths at which a record names its tenant."
  type        = any
}

variable "delivery" {
  description = "How records reach the backend."
  type        = any
}

variable "on_reject" {
  description = "What happens to a record that names no tenant, or no acceptable one."
  type        = any
}

variable "registry" {
  description = "The table that lists the tenants; `null` means none."
  type        = any
}

variable "backends" {
  description = "More tenant-isolated functions, by the name in a tenant's `backend` in the registry."
  type        = any
}

variable "credentials" {
  description = "Sends credentials with every invocation that are valid for its tenant only; `null` means none."
  type        = any
}

variable "log_tenants" {
  description = "Whether tenant ids may appear in the routers' log lines."
  type        = bool
}

variable "router" {
  description = "The router functions."
  type        = any
}

variable "alarms" {
  description = "CloudWatch alarms of both routers, the stream and the bridge."
  type        = any
}

variable "tags" {
  description = "Tags for everything that this module creates and that can have tags."
  type        = map(string)
}
