# queue = { arn = … }: an existing queue is read and not changed.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }
}

variables {
  name      = "orders"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }

  queue = {
    arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
    visibility_timeout_seconds = 432
    dead_letter_queue = {
      arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
      max_receive_count = 5
    }
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/queue"
  }
}

run "an_adopted_queue_is_read_and_none_is_created" {
  assert {
    condition     = length(aws_sqs_queue.source) == 0 && length(aws_sqs_queue.dead_letter) == 0
    error_message = "A queue is created although one exists."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.queue.event_source_arn == "arn:aws:sqs:eu-west-1:111122223333:in" && aws_lambda_event_source_mapping.queue.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "The mapping does not read the existing queue, or treats every response as success."
  }

  assert {
    condition = (
      output.queue_arn == "arn:aws:sqs:eu-west-1:111122223333:in" && output.queue_name == "in" && output.queue_url == null &&
      output.dead_letter_queue_arn == "arn:aws:sqs:eu-west-1:111122223333:dead" && output.dead_letter_queue_name == "dead" && output.dead_letter_queue_url == null
    )
    error_message = "The outputs do not name the existing queues."
  }
}

run "its_key_may_be_used_and_nothing_else" {
  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      }
    }
  }

  assert {
    condition = output.router_policy_json == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollQueue", Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:in"] },
        { Sid = "DecryptQueue", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/queue"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
        { Sid = "SendToQuarantine", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${output.router_policy_json}"
  }
}

run "its_alarms_watch_the_adopted_queues" {
  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.queue : name => alarm.dimensions.QueueName } == {
      dead-letters   = "dead"
      oldest-message = "in"
    }
    error_message = "The alarms watch other queues."
  }
}
