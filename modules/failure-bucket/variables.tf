variable "prefix" {
  description = "Prefix of the bucket's name; the rest is generated, since bucket names are unique worldwide. At most 37 characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{0,36}$", var.prefix))
    error_message = "Invalid prefix of a bucket's name: prefix: use 1 to 37 of a-z 0-9 . -, a letter or digit first."
  }
}

variable "expiration_days" {
  description = "The number of days after which S3 deletes a discarded record. Default 90."
  type        = number
  default     = 90

  validation {
    condition     = var.expiration_days >= 1 && floor(var.expiration_days) == var.expiration_days
    error_message = "Not a number of whole days: expiration_days: use 1 or more."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the bucket. Default: S3's own encryption (SSE-S3)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Not the ARN of a KMS key (an alias cannot be used in IAM): kms_key_arn: use arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the records in the bucket. Default false: Terraform stops instead."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags for the bucket. Default: none."
  type        = map(string)
  default     = {}
}
