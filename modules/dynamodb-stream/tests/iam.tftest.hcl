# The roles have exactly these statements.

mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::orders-failed-1", id = "orders-failed-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
    }
  }

  override_resource {
    target = module.stream.module.bridge[0].aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge-dlq.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge-dlq.fifo"
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

  mock_resource "aws_lambda_event_source_mapping" {
    defaults = { uuid = "11112222-3333-4444-5555-666677778888" }
  }
}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  stream             = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000", view_type = "NEW_AND_OLD_IMAGES" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  new_failure_bucket = {}
}

run "the_router_has_exactly_its_permissions" {
  variables {
    stream = {
      arn         = "arn:aws:dynamodb:eu-west-1:111122223333:table/mine/stream/2026-11-24T00:00:00.000"
      view_type   = "KEYS_ONLY"
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/s"
    }
    new_failure_bucket = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/f" }
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
        { Sid = "PollStream", Effect = "Allow", Action = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/mine/stream/2026-11-24T00:00:00.000"] },
        { Sid = "ListStreams", Effect = "Allow", Action = ["dynamodb:ListStreams"], Resource = ["*"] },
        { Sid = "DecryptStream", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/s"] },
        { Sid = "WriteGivenUpRecords", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::orders-failed-1/*"] },
        { Sid = "FindFailureBucket", Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:aws:s3:::orders-failed-1"] },
        { Sid = "EncryptGivenUpRecords", Effect = "Allow", Action = ["kms:GenerateDataKey"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/f"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
        { Sid = "SendToQuarantine", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${output.router_policy_json}"
  }
}

run "with_a_bridge_only_the_bridges_router_invokes" {
  variables {
    stream = {
      arn         = "arn:aws:dynamodb:eu-west-1:111122223333:table/mine/stream/2026-11-24T00:00:00.000"
      view_type   = "KEYS_ONLY"
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/s"
    }
    bridge = {
      new_queue = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/b" }
    }
  }

  assert {
    condition = output.router_policy_json == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollStream", Effect = "Allow", Action = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/mine/stream/2026-11-24T00:00:00.000"] },
        { Sid = "ListStreams", Effect = "Allow", Action = ["dynamodb:ListStreams"], Resource = ["*"] },
        { Sid = "DecryptStream", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/s"] },
        { Sid = "WriteGivenUpRecords", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::orders-failed-1/*"] },
        { Sid = "FindFailureBucket", Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:aws:s3:::orders-failed-1"] },
        { Sid = "SendToBridge", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"] },
        { Sid = "EncryptForBridge", Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/b"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${output.router_policy_json}"
  }

  assert {
    condition = output.bridge_router_policy_json == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollQueue", Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"] },
        { Sid = "DecryptQueue", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/b"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${output.bridge_router_policy_json}"
  }
}

run "a_topic_is_published_to" {
  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:sns:eu-west-1:111122223333:given-up" }
  }

  assert {
    condition     = [for s in jsondecode(output.router_policy_json).Statement : s if s.Sid == "WriteGivenUpRecords" || s.Sid == "FindFailureBucket"] == [{ Sid = "WriteGivenUpRecords", Effect = "Allow", Action = ["sns:Publish"], Resource = ["arn:aws:sns:eu-west-1:111122223333:given-up"] }]
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}
