mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { stream_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::orders-failed-1", id = "orders-failed-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }
}

variables {
  backend_arn         = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
  artifacts_directory = "../../modules/dynamodb-stream/tests/fixtures/artifacts"
}

run "a_new_table_can_be_planned" {
  command = plan

  assert {
    condition     = one(aws_dynamodb_table.items[*].stream_view_type) == "NEW_AND_OLD_IMAGES"
    error_message = "The table has no stream that holds both images."
  }
}

run "the_stream_of_a_created_table_is_read" {
  assert {
    condition     = module.changes.stream_arn == one(aws_dynamodb_table.items[*].stream_arn) && output.table_name == "orders"
    error_message = "The router reads the wrong stream: ${module.changes.stream_arn}"
  }
}

run "only_the_stream_of_an_existing_table_is_used" {
  command = plan

  variables {
    stream        = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }
    partition_key = "tenantAndOrder"
  }

  assert {
    condition     = length(aws_dynamodb_table.items) == 0 && module.changes.stream_name == "items"
    error_message = "A table is created although one exists."
  }
}
