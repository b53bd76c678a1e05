mock_provider "aws" {
  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/events" }
  }

  mock_resource "aws_kinesis_stream_consumer" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/events/consumer/events-router:1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/events-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:events-router" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::events-failed-1", id = "events-failed-1" }
  }

  # The module compares queues by their ARNs, so each mock has its own.
  override_resource {
    target = module.quarantine.aws_sqs_queue.quarantine
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:events-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/events-quarantine"
    }
  }

  override_resource {
    target = module.events.module.stream.module.bridge[0].aws_sqs_queue.source
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:events-bridge.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/events-bridge.fifo"
    }
  }

  override_resource {
    target = module.events.module.stream.module.bridge[0].aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:events-bridge-dlq.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/events-bridge-dlq.fifo"
    }
  }
}

variables {
  backend_arn         = "arn:aws:lambda:eu-west-1:111122223333:function:events:live"
  artifacts_directory = "../../modules/kinesis/tests/fixtures/artifacts"
}

run "everything_can_be_planned_before_anything_exists" {
  command = plan

  assert {
    condition     = output.stream_name == "events"
    error_message = "The stream's name is wrong: ${output.stream_name}"
  }
}

run "the_stream_has_its_own_consumer_and_failure_bucket" {
  assert {
    condition     = endswith(module.events.consumer_arn, "/consumer/events-router:1") && module.events.failure_arn == module.failures.bucket_arn
    error_message = "The consumer or the failure bucket is wrong: ${module.events.consumer_arn}, ${module.events.failure_arn}"
  }

  assert {
    condition     = output.bridge_queue_url == null && output.router_function_names == tolist(["events-router"])
    error_message = "There is a bridge that was not configured."
  }
}

run "the_streams_router_sends_to_the_bridge" {
  variables {
    bridge = true
  }

  assert {
    condition     = jsondecode(module.events.router_config).bridge == { fifo_queue = output.bridge_queue_url, group = "tenant_and_key", max_message_bytes = 262144 }
    error_message = "The router's configuration has no bridge: ${module.events.router_config}"
  }

  assert {
    condition     = output.router_function_names == tolist(["events-router", "events-bridge-router"])
    error_message = "The bridge's queue has no router."
  }
}
