# Records that no message can hold: kept as those are that Lambda gave up.
module "large_records" {
  count  = var.large_records == null ? 0 : 1
  source = "../failure-bucket"

  # A bucket's name takes less than a queue's.
  prefix          = "${coalesce(trim(substr(replace(lower(var.name), "_", "-"), 0, 30), "-"), "quarantine")}-large-"
  expiration_days = var.large_records.expire_after_days
  kms_key_arn     = var.large_records.kms_key_arn
  force_destroy   = var.large_records.force_destroy
  tags            = var.tags
}

locals {
  # What is larger is put into the bucket instead of asking SQS in vain, so the router is told what the provider sets.
  max_message_bytes = coalesce(var.max_message_bytes, 262144)

  # The bucket is this quarantine's alone, so its keys need no prefix.
  large_records = one([for bucket in module.large_records : {
    bucket      = bucket.bucket_name
    prefix      = ""
    kms_key_arn = var.large_records.kms_key_arn
  }])
}
