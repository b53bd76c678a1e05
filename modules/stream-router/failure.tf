# The on-failure destination. Lambda writes to it with the router's role.

locals {
  # The mapping's preconditions reject none or both of them, with a message that says what to do.
  failure = {
    arn         = coalesce(try(one(concat(module.failures[*].bucket_arn, [for f in var.on_failure[*] : f.arn])), null), "-")
    kms_key_arn = try(one(concat([for b in var.new_failure_bucket[*] : b.kms_key_arn], [for f in var.on_failure[*] : f.kms_key_arn])), null)
  }

  # Known before the bucket exists.
  failure_service = var.new_failure_bucket != null ? "s3" : try(split(":", var.on_failure.arn)[2], "s3")

  # A bucket needs fewer permissions on its key than a queue or a topic [Lambda developer guide "Retain discarded batch
  # records for a Kinesis Data Streams event source in Lambda", "Retain discarded batch records for a DynamoDB event source
  # in Lambda"].
  failure_statements = concat(
    [for service in [local.failure_service] : {
      Sid      = "WriteGivenUpRecords"
      Effect   = "Allow"
      Action   = { s3 = ["s3:PutObject"], sqs = ["sqs:SendMessage"], sns = ["sns:Publish"] }[service]
      Resource = [service == "s3" ? "${local.failure.arn}/*" : local.failure.arn]
    }],
    [for service in [local.failure_service] : {
      Sid      = "FindFailureBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.failure.arn]
    } if service == "s3"],
    [for key in local.failure.kms_key_arn[*] : {
      Sid      = "EncryptGivenUpRecords"
      Effect   = "Allow"
      Action   = local.failure_service == "s3" ? ["kms:GenerateDataKey"] : ["kms:GenerateDataKey", "kms:Decrypt"]
      Resource = [key]
    }],
  )
}

module "failures" {
  count  = var.new_failure_bucket == null ? 0 : 1
  source = "../failure-bucket"

  prefix          = coalesce(var.new_failure_bucket.prefix, "${trim(substr(replace(lower(var.name), "_", "-"), 0, 29), "-")}-failed-")
  expiration_days = var.new_failure_bucket.expiration_days
  kms_key_arn     = var.new_failure_bucket.kms_key_arn
  force_destroy   = var.new_failure_bucket.force_destroy
  tags            = var.tags
}
