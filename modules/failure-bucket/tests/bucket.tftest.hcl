mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { id = "orders-failed-1", bucket = "orders-failed-1", arn = "arn:aws:s3:::orders-failed-1" }
  }
}

variables {
  prefix = "orders-failed-"
}

run "the_bucket_is_private_encrypted_and_expires_objects" {
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.failed.block_public_acls, aws_s3_bucket_public_access_block.failed.block_public_policy,
      aws_s3_bucket_public_access_block.failed.ignore_public_acls, aws_s3_bucket_public_access_block.failed.restrict_public_buckets,
    ])
    error_message = "Public access is not blocked."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.failed.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "The bucket is not encrypted."
  }

  assert {
    condition     = aws_s3_bucket_versioning.failed.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_lifecycle_configuration.failed.rule[0].expiration[0].days == 90
    error_message = "Versions are not kept, or never expire."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.failed.policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "Unencrypted connections are accepted."
  }

  assert {
    condition     = !aws_s3_bucket.failed.force_destroy && output.destination.arn == "arn:aws:s3:::orders-failed-1" && output.destination.kms_key_arn == null && output.bucket_name == "orders-failed-1" && output.bucket_arn == "arn:aws:s3:::orders-failed-1"
    error_message = "The bucket is wrong, or would be destroyed with its records."
  }
}

run "a_customer_managed_key_encrypts_it" {
  variables {
    kms_key_arn     = "arn:aws:kms:eu-west-1:111122223333:key/failures"
    expiration_days = 7
    force_destroy   = true
  }

  assert {
    condition = one(aws_s3_bucket_server_side_encryption_configuration.failed.rule).bucket_key_enabled && one(one(aws_s3_bucket_server_side_encryption_configuration.failed.rule).apply_server_side_encryption_by_default) == {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/failures"
    }
    error_message = "The key is not used."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.failed.rule[0].expiration[0].days == 7 && aws_s3_bucket_lifecycle_configuration.failed.rule[0].noncurrent_version_expiration[0].noncurrent_days == 7 && aws_s3_bucket.failed.force_destroy && output.destination.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/failures"
    error_message = "An input has no effect."
  }
}

run "an_invalid_bucket_prefix_is_refused" {
  command = plan

  variables {
    prefix = "Orders"
  }

  expect_failures = [var.prefix]
}

run "a_fractional_day_is_refused" {
  command = plan

  variables {
    expiration_days = 0.5
  }

  expect_failures = [var.expiration_days]
}

run "an_alias_is_refused" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/failures"
  }

  expect_failures = [var.kms_key_arn]
}
