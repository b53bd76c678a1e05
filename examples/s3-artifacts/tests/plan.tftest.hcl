mock_provider "aws" {
  mock_data "aws_s3_object" {
    defaults = {
      version_id      = "3sL4kqtJlcpXroDTDmJ"
      checksum_sha256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = module.orders.aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
    }
  }

  override_resource {
    target = module.quarantine.aws_sqs_queue.quarantine
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }
}

variables {
  backend_arn      = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
  artifacts_bucket = "artifacts"
  artifacts_prefix = "tenant-router/v0.1.0/"
}

run "it_can_be_planned_without_a_zip_where_terraform_runs" {
  command = plan

  assert {
    condition     = output.router_function_name == "orders-router"
    error_message = "The router's name is wrong."
  }
}

run "it_can_be_applied" {
  assert {
    condition     = output.queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    error_message = "The queue is wrong."
  }
}
