# Settings that would lose, stop or misroute records are rejected at plan. modules/stream-router tests what all streams share.

mock_provider "aws" {}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  stream             = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000", view_type = "NEW_AND_OLD_IMAGES" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  new_failure_bucket = {}
}

run "an_unsupported_failure_destination_is_refused" {
  command = plan

  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:x" }
  }

  expect_failures = [var.on_failure]
}

run "a_table_instead_of_its_stream_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", view_type = "KEYS_ONLY" }
  }

  expect_failures = [var.stream]
}

run "an_unknown_view_type_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "ALL" }
  }

  expect_failures = [var.stream]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "this-name-is-far-too-long-for-a-router-of-a-bridge-x"
  }

  expect_failures = [var.name]
}

run "an_alias_for_the_key_of_failures_is_refused" {
  command = plan

  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:s3:::orders-failed", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/f" }
  }

  expect_failures = [var.on_failure]
}

run "an_alias_for_the_tables_key_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "KEYS_ONLY", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/t" }
  }

  expect_failures = [var.stream]
}
