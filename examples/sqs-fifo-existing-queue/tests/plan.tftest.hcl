mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine.fifo" }
  }
}

variables {
  queue_arn                  = "arn:aws:sqs:eu-west-1:111122223333:in-use.fifo"
  visibility_timeout_seconds = 600
  dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:in-use-dlq.fifo", max_receive_count = 5 }
  queue_kms_key_arn          = "arn:aws:kms:eu-west-1:111122223333:key/q"
  artifacts_directory        = "../complete/tests/fixtures/artifacts"
}

run "it_can_be_planned" {
  command = plan

  assert {
    condition     = output.router_function_name == "orders-router"
    error_message = "The router is ${output.router_function_name}."
  }
}

run "the_existing_queue_is_read" {
  assert {
    condition     = module.router.queue_arn == "arn:aws:sqs:eu-west-1:111122223333:in-use.fifo" && module.router.queue_url == null && module.router.dead_letter_queue_url == null
    error_message = "A queue is created, or the wrong one is read: ${module.router.queue_arn}"
  }

  assert {
    condition     = { for s in jsondecode(module.router.router_policy_json).Statement : s.Sid => s.Resource if contains(["PollQueue", "DecryptQueue"], s.Sid) } == { PollQueue = ["arn:aws:sqs:eu-west-1:111122223333:in-use.fifo"], DecryptQueue = ["arn:aws:kms:eu-west-1:111122223333:key/q"] }
    error_message = "The router's read permissions are wrong: ${module.router.router_policy_json}"
  }
}

run "message_groups_are_tenants_of_the_new_backend" {
  assert {
    condition     = jsondecode(module.router.router_config).tenant_id.from == [{ path = "$.attributes.MessageGroupId" }]
    error_message = "The selector of the tenant id is wrong: ${module.router.router_config}"
  }

  assert {
    condition     = jsondecode(module.router.router_config).backend == { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live", timeout_seconds = 20 }
    error_message = "The router invokes the wrong function: ${module.router.router_config}"
  }

  assert {
    condition     = jsondecode(module.router.router_config).on_reject.quarantine == output.quarantine_url && endswith(output.quarantine_url, ".fifo")
    error_message = "Rejected records go to the wrong queue: ${module.router.router_config}"
  }
}
