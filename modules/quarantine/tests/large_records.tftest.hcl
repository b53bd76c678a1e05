mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { id = "orders-quarantine-large-1", bucket = "orders-quarantine-large-1", arn = "arn:aws:s3:::orders-quarantine-large-1" }
  }
}

variables {
  name = "orders-quarantine"
}

run "by_default_there_is_no_bucket" {
  assert {
    condition     = length(module.large_records) == 0 && output.queue.large_records == null && output.large_records_bucket == null
    error_message = "A bucket is created without being configured."
  }

  assert {
    condition = jsonencode(jsondecode(output.operator_policy_json).Statement) == jsonencode([{
      Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
      Effect   = "Allow"
      Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"]
      Sid      = "OperateQuarantine"
    }])
    error_message = "An operator's permissions are wrong: ${output.operator_policy_json}"
  }
}

run "router_and_operator_can_use_the_bucket" {
  variables {
    large_records = {}
  }

  assert {
    condition     = jsonencode(output.queue.large_records) == jsonencode({ bucket = "orders-quarantine-large-1", prefix = "", kms_key_arn = null })
    error_message = "A router would not find the bucket: ${jsonencode(output.queue)}"
  }

  assert {
    condition = [for s in jsondecode(output.operator_policy_json).Statement : s if s.Sid != "OperateQuarantine"] == [{
      Action   = ["s3:DeleteObject", "s3:GetObject"]
      Effect   = "Allow"
      Resource = ["arn:aws:s3:::orders-quarantine-large-1/*"]
      Sid      = "HandleLargeRecords"
      }, {
      Action   = ["s3:ListBucket"]
      Effect   = "Allow"
      Resource = ["arn:aws:s3:::orders-quarantine-large-1"]
      Sid      = "FindLargeRecords"
    }]
    error_message = "An operator cannot read the records, or has too many permissions: ${output.operator_policy_json}"
  }

  assert {
    condition     = output.large_records_bucket == "orders-quarantine-large-1"
    error_message = "The bucket's name is wrong."
  }
}

run "an_operator_may_decrypt_with_both_keys" {
  variables {
    kms_key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/queue"
    large_records = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/bucket", expire_after_days = 14, force_destroy = true }
  }

  assert {
    condition     = output.queue.large_records.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/bucket" && output.queue.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/queue"
    error_message = "The router would use the wrong key: ${jsonencode(output.queue)}"
  }

  assert {
    condition = [for s in jsondecode(output.operator_policy_json).Statement : s if s.Sid == "DecryptQuarantine"] == [{
      Action   = ["kms:Decrypt"]
      Effect   = "Allow"
      Resource = ["arn:aws:kms:eu-west-1:111122223333:key/queue", "arn:aws:kms:eu-west-1:111122223333:key/bucket"]
      Sid      = "DecryptQuarantine"
    }]
    error_message = "A key is missing, or its permissions are too wide: ${output.operator_policy_json}"
  }
}

run "one_key_for_both_is_named_once" {
  variables {
    kms_key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/one"
    large_records = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/one" }
  }

  assert {
    condition     = [for s in jsondecode(output.operator_policy_json).Statement : s.Resource if s.Sid == "DecryptQuarantine"] == [["arn:aws:kms:eu-west-1:111122223333:key/one"]]
    error_message = "The key is not named once: ${output.operator_policy_json}"
  }
}

run "any_queue_name_makes_a_bucket_name" {
  variables {
    name          = "Orders_of_all_tenants_in_the_world-quarantine"
    large_records = {}
  }

  assert {
    condition     = output.large_records_bucket == "orders-quarantine-large-1"
    error_message = "The bucket is not created."
  }
}

run "a_queue_name_without_a_letter_makes_a_bucket_name" {
  variables {
    name          = "___"
    large_records = {}
  }

  assert {
    condition     = output.large_records_bucket == "orders-quarantine-large-1"
    error_message = "The bucket is not created."
  }
}

run "a_record_that_expires_before_its_message_is_refused" {
  command = plan

  variables {
    large_records = { expire_after_days = 13 }
  }

  expect_failures = [aws_sqs_queue.quarantine]
}

run "a_shorter_retention_allows_a_shorter_expiry" {
  command = plan

  variables {
    retention_seconds = 4 * 24 * 60 * 60
    large_records     = { expire_after_days = 4 }
  }

  assert {
    condition     = aws_sqs_queue.quarantine.message_retention_seconds == 345600
    error_message = "The queue's retention is wrong."
  }
}

run "a_fractional_day_is_refused" {
  command = plan

  variables {
    retention_seconds = 3600
    large_records     = { expire_after_days = 1.5 }
  }

  expect_failures = [var.large_records]
}

run "an_alias_for_the_buckets_key_is_refused" {
  command = plan

  variables {
    large_records = { kms_key_arn = "alias/large" }
  }

  expect_failures = [var.large_records]
}
