mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-enricher" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-incoming"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-incoming"
    }
  }

  override_resource {
    target = module.router.aws_sqs_queue.source
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = module.quarantine.aws_sqs_queue.quarantine
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }

  override_resource {
    target = module.router.aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
    }
  }
}

variables {
  backend_arn         = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
  artifacts_directory = "tests/fixtures/artifacts"
}

run "it_can_be_planned" {
  command = plan

  assert {
    condition     = aws_pipes_pipe.orders.name == "orders"
    error_message = "The pipe's name is wrong."
  }
}

run "records_pass_the_enricher_to_the_routers_queue" {
  assert {
    condition = (
      aws_pipes_pipe.orders.source == "arn:aws:sqs:eu-west-1:111122223333:orders-incoming" &&
      aws_pipes_pipe.orders.enrichment == "arn:aws:lambda:eu-west-1:111122223333:function:orders-enricher" &&
      aws_pipes_pipe.orders.target == "arn:aws:sqs:eu-west-1:111122223333:orders"
    )
    error_message = "The pipe's target is wrong."
  }
}
