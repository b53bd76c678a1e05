# Registry, more backends and tenants' credentials: the configuration, the permissions and the alarms.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }
}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id    = { from = [{ path = "$.body.tenantId" }] }
  event_source = { kind = "sqs", ordered = false, poll_statements = [] }
  registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
}

run "registry_defaults_are_not_written" {
  assert {
    condition     = jsondecode(output.config).registry == { table = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
    error_message = "The registry's configuration is wrong: ${output.config}"
  }

  assert {
    condition     = !contains(keys(jsondecode(output.config)), "backends") && !contains(keys(jsondecode(output.config)), "credentials")
    error_message = "The configuration has settings that were not set: ${output.config}"
  }
}

run "the_role_may_only_batch_read_the_registry" {
  assert {
    condition = jsondecode(output.policy_json).Statement == jsondecode(jsonencode([
      { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
      { Sid = "ReadRegistry", Effect = "Allow", Action = ["dynamodb:BatchGetItem"], Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"] },
      { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
    ]))
    error_message = "The permissions are not exactly these: ${output.policy_json}"
  }
}

run "all_settings_are_written_with_their_permissions" {
  variables {
    registry = {
      table_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      kms_key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/tenants"
      fresh_seconds = 30
      stale_seconds = 3600
      suspended     = "hold"
      principal     = { path = "$.attributes.SenderId", capture = "^([^:]+)" }
    }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live", timeout_seconds = 60, failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
      spare   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants/orders", session_seconds = 900 }
    on_reject = {
      quarantine = {
        queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/quarantine.fifo"
        queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:quarantine.fifo"
        max_message_bytes = 1048576
        large_records     = { bucket = "orders-large", prefix = "orders/", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/large" }
      }
      group = "tenant"
    }
  }

  assert {
    condition = jsonencode({ for field, value in jsondecode(output.config) : field => value if contains(["registry", "backends", "credentials", "on_reject"], field) }) == jsonencode({
      registry = {
        table         = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
        fresh_seconds = 30
        stale_seconds = 3600
        suspended     = "hold"
        principal     = { path = "$.attributes.SenderId", capture = "^([^:]+)" }
      }
      backends = {
        premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live", timeout_seconds = 60, failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
        spare   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
      }
      credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants/orders", session_seconds = 900 }
      on_reject = {
        quarantine    = "https://sqs.eu-west-1.amazonaws.com/111122223333/quarantine.fifo"
        group         = "tenant"
        large_records = { bucket = "orders-large", prefix = "orders/" }
      }
    })
    error_message = "The configuration is wrong: ${output.config}"
  }

  assert {
    condition = { for s in jsondecode(output.policy_json).Statement : s.Sid => "${join(",", s.Action)} ${join(",", s.Resource)}" if s.Sid != "WriteLogs" } == {
      InvokeBackend       = "lambda:InvokeFunction arn:aws:lambda:eu-west-1:111122223333:function:orders:live,arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live"
      SendToQuarantine    = "sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:quarantine.fifo"
      StoreLargeRecords   = "s3:PutObject arn:aws:s3:::orders-large/orders/*"
      EncryptLargeRecords = "kms:GenerateDataKey arn:aws:kms:eu-west-1:111122223333:key/large"
      ReadRegistry        = "dynamodb:BatchGetItem arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      DecryptRegistry     = "kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/tenants"
      AssumeTenantRole    = "sts:AssumeRole,sts:TagSession arn:aws:iam::111122223333:role/tenants/orders"
    }
    error_message = "The permissions are not exactly these: ${output.policy_json}"
  }

  assert {
    # Twice the slowest backend's timeout plus twelve.
    condition     = output.timeout_seconds == 134
    error_message = "The timeout is ${output.timeout_seconds}, which does not include the slowest backend."
  }
}

run "the_bucket_is_in_the_partition_of_the_queue" {
  variables {
    registry = null
    on_reject = {
      quarantine = {
        queue_url     = "https://sqs.us-gov-west-1.amazonaws.com/111122223333/quarantine"
        queue_arn     = "arn:aws-us-gov:sqs:us-gov-west-1:111122223333:quarantine"
        large_records = { bucket = "orders-large" }
      }
    }
  }

  assert {
    condition     = [for s in jsondecode(output.policy_json).Statement : [s.Resource, s.Condition] if s.Sid == "StoreLargeRecords"] == [[["arn:aws-us-gov:s3:::orders-large/*"], { StringEquals = { "s3:ResourceAccount" = "111122223333" } }]]
    error_message = "The bucket is wrong, or could belong to another account: ${output.policy_json}"
  }

  assert {
    condition     = jsonencode(jsondecode(output.config).on_reject) == jsonencode({ quarantine = "https://sqs.us-gov-west-1.amazonaws.com/111122223333/quarantine", max_message_bytes = 262144, large_records = { bucket = "orders-large" } })
    error_message = "The quarantine's configuration is wrong: ${output.config}"
  }
}

run "with_a_bridge_suspended_tenants_can_be_held" {
  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", suspended = "hold" }
    bridge = {
      queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
    }
  }

  assert {
    condition     = jsondecode(output.config).registry.suspended == "hold" && [for s in jsondecode(output.policy_json).Statement : s.Sid] == ["SendToBridge", "ReadRegistry", "WriteLogs"]
    error_message = "The registry is missing in the stream's router, or its permissions are too wide: ${output.config} ${output.policy_json}"
  }
}

run "a_pipes_enrichment_can_use_the_registry" {
  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
  }

  assert {
    condition     = jsondecode(output.config).registry.table == "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" && [for s in jsondecode(output.policy_json).Statement : s.Sid] == ["ReadRegistry", "WriteLogs"]
    error_message = "The registry is missing, or the permissions are too wide: ${output.config} ${output.policy_json}"
  }
}

run "failed_credentials_raise_an_alarm" {
  command = plan

  variables {
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.router["misconfigured"].alarm_description, "arn:aws:iam::111122223333:role/orders-tenant exists")
    error_message = "The alarm does not say what to do: ${aws_cloudwatch_metric_alarm.router["misconfigured"].alarm_description}"
  }
}

run "an_unavailable_registry_raises_an_alarm" {
  variables {
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:pager"] }
  }

  assert {
    condition = (
      keys(aws_cloudwatch_metric_alarm.router) == ["errors", "misconfigured", "registry", "throttles"] &&
      aws_cloudwatch_metric_alarm.router["registry"].alarm_name == "orders-router-registry" &&
      aws_cloudwatch_metric_alarm.router["registry"].namespace == "TenantRouter" &&
      aws_cloudwatch_metric_alarm.router["registry"].metric_name == "RegistryFailed" &&
      aws_cloudwatch_metric_alarm.router["registry"].dimensions == tomap({ function = "orders-router" }) &&
      aws_cloudwatch_metric_alarm.router["registry"].alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:pager"])
    )
    error_message = "The alarm is missing, has the wrong metric, or has no action."
  }

  assert {
    condition     = alltrue([for word in ["No record is lost", "900 s", "/aws/lambda/orders-router", "table tenants exists", "dynamodb:BatchGetItem", "throttled", "malformed item", "tenantctl tenants"] : strcontains(aws_cloudwatch_metric_alarm.router["registry"].alarm_description, word)])
    error_message = "The alarm does not say what to do: ${aws_cloudwatch_metric_alarm.router["registry"].alarm_description}"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.router["registry"].statistic == "Sum" && aws_cloudwatch_metric_alarm.router["registry"].period == 60 && aws_cloudwatch_metric_alarm.router["registry"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.router["registry"].treat_missing_data == "notBreaching"
    error_message = "The alarm's threshold or period is wrong."
  }
}
