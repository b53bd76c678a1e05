# The bucket for records that do not fit into a message, created like the bucket for discarded records.
module "large_records" {
  count  = var.large_records == null ? 0 : 1
  source = "../failure-bucket"

  # A bucket's name allows fewer characters than a queue's.
  prefix          = "${coalesce(trim(substr(replace(lower(var.name), "_", "-"), 0, 30), "-"), "quarantine")}-large-"
  expiration_days = var.large_records.expire_after_days
  kms_key_arn     = var.large_records.kms_key_arn
  force_destroy   = var.large_records.force_destroy
  tags            = var.tags
}

locals {
  # The router puts larger records into the bucket without trying SQS, so it needs the provider's default.
  max_message_bytes = coalesce(var.max_message_bytes, 262144)

  # Only this quarantine uses the bucket, so its keys need no prefix.
  large_records = one([for bucket in module.large_records : {
    bucket      = bucket.bucket_name
    prefix      = ""
    kms_key_arn = var.large_records.kms_key_arn
  }])
}
