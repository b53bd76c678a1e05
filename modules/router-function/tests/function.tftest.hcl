mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_data "aws_s3_object" {
    defaults = {
      version_id      = "v7"
      checksum_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    }
  }
}

variables {
  name      = "orders-router"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
  event_source = {
    kind    = "sqs"
    ordered = false
    poll_statements = [{
      Sid      = "PollQueue"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage"]
      Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders"]
    }]
  }
}

run "by_default_a_small_arm64_function_is_created_from_the_folder" {
  assert {
    condition = (
      aws_lambda_function.router.function_name == "orders-router" &&
      aws_lambda_function.router.runtime == "provided.al2023" &&
      aws_lambda_function.router.handler == "bootstrap" &&
      tolist(aws_lambda_function.router.architectures) == tolist(["arm64"]) &&
      aws_lambda_function.router.memory_size == 256 &&
      aws_lambda_function.router.reserved_concurrent_executions == -1 &&
      aws_lambda_function.router.tracing_config[0].mode == "PassThrough" &&
      length(aws_lambda_function.router.vpc_config) == 0
    )
    error_message = "The function is not the default one."
  }

  assert {
    condition     = aws_lambda_function.router.filename == "tests/fixtures/artifacts/sqs-router-arm64.zip" && aws_lambda_function.router.source_code_hash == filebase64sha256("tests/fixtures/artifacts/sqs-router-arm64.zip")
    error_message = "The zip is not the folder's, or its hash is not tracked."
  }

  assert {
    condition     = aws_lambda_function.router.timeout == 72 && output.timeout_seconds == 72
    error_message = "The router's timeout is not twice the backend's 30 seconds plus 12 for a cold start."
  }

  assert {
    condition     = aws_lambda_function.router.environment[0].variables == tomap({ TENANT_ROUTER_CONFIG = output.config })
    error_message = "The function's environment has other variables than the configuration."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.router.name == "/aws/lambda/orders-router" &&
      aws_cloudwatch_log_group.router.retention_in_days == 90 &&
      aws_lambda_function.router.logging_config[0].log_format == "JSON" &&
      aws_lambda_function.router.logging_config[0].log_group == "/aws/lambda/orders-router"
    )
    error_message = "The function does not log as JSON, or its log group has no retention."
  }

  assert {
    condition     = length(aws_cloudwatch_contributor_insight_rule.tenants) == 0
    error_message = "A rule counts tenants, but log lines do not name them."
  }
}

run "every_setting_reaches_the_function" {
  variables {
    artifacts   = { s3_bucket = "artifacts", s3_prefix = "tenant-router/v1/" }
    log_tenants = true
    tags        = { team = "orders" }
    router = {
      timeout_seconds         = 120
      memory_mb               = 1024
      architecture            = "x86_64"
      reserved_concurrency    = 20
      tracing                 = "Active"
      environment             = { AWS_ENDPOINT_URL_LAMBDA = "https://lambda.example" }
      kms_key_arn             = "arn:aws:kms:eu-west-1:111122223333:key/environment"
      code_signing_config_arn = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1"
      vpc = {
        subnet_ids         = ["subnet-1", "subnet-2"]
        security_group_ids = ["sg-1"]
      }
      role_path                = "/routers/"
      permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
      log_retention_days       = 7
      log_kms_key_arn          = "arn:aws:kms:eu-west-1:111122223333:key/logs"
    }
  }

  assert {
    condition = (
      aws_lambda_function.router.s3_bucket == "artifacts" &&
      aws_lambda_function.router.s3_key == "tenant-router/v1/sqs-router-x86_64.zip" &&
      aws_lambda_function.router.s3_object_version == "v7" &&
      aws_lambda_function.router.source_code_hash == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" &&
      aws_lambda_function.router.filename == null
    )
    error_message = "The zip is not the bucket's, or its version and checksum are not tracked."
  }

  assert {
    condition = (
      aws_lambda_function.router.timeout == 120 &&
      aws_lambda_function.router.memory_size == 1024 &&
      tolist(aws_lambda_function.router.architectures) == tolist(["x86_64"]) &&
      aws_lambda_function.router.reserved_concurrent_executions == 20 &&
      aws_lambda_function.router.tracing_config[0].mode == "Active" &&
      aws_lambda_function.router.environment[0].variables.AWS_ENDPOINT_URL_LAMBDA == "https://lambda.example" &&
      aws_lambda_function.router.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/environment" &&
      aws_lambda_function.router.code_signing_config_arn == "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1" &&
      aws_lambda_function.router.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) &&
      aws_lambda_function.router.vpc_config[0].security_group_ids == toset(["sg-1"]) &&
      aws_lambda_function.router.tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the function is lost."
  }

  assert {
    condition = (
      aws_iam_role.router[0].name == "orders-router" &&
      aws_iam_role.router[0].path == "/routers/" &&
      aws_iam_role.router[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" &&
      aws_iam_role.router[0].tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the role is lost."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.router.retention_in_days == 7 &&
      aws_cloudwatch_log_group.router.kms_key_id == "arn:aws:kms:eu-west-1:111122223333:key/logs" &&
      aws_cloudwatch_log_group.router.tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the log group is lost."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_contributor_insight_rule.tenants[0].rule_definition).Contribution.Keys == ["$.tenant_id"]
    error_message = "The rule of the busiest tenants is missing, although log lines may name them."
  }
}

run "a_bucket_without_versions_or_checksums_works" {
  command = plan

  variables {
    artifacts = { s3_bucket = "artifacts" }
  }

  override_data {
    target = data.aws_s3_object.zip
    values = { version_id = "", checksum_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=-2" }
  }

  assert {
    condition     = local.uploaded_sha256 == null
    error_message = "Lambda gets a wrong checksum of the zip."
  }

  assert {
    condition     = aws_lambda_function.router.s3_key == "sqs-router-arm64.zip" && aws_lambda_function.router.s3_object_version == null
    error_message = "The key has a stray prefix, or the version is an empty string."
  }
}

run "an_existing_role_is_used_and_not_changed" {
  variables {
    router = { role = { arn = "arn:aws:iam::111122223333:role/brought/along" } }
  }

  assert {
    condition = (
      aws_lambda_function.router.role == "arn:aws:iam::111122223333:role/brought/along" &&
      output.role_arn == "arn:aws:iam::111122223333:role/brought/along" &&
      length(aws_iam_role.router) == 0 &&
      length(aws_iam_role_policy.router) == 0
    )
    error_message = "The existing role is not used, or another one is created."
  }

  assert {
    condition     = length(jsondecode(output.policy_json).Statement) == 3
    error_message = "The permissions to attach are missing in the outputs."
  }
}

run "three_alarms_say_what_to_do_and_have_actions" {
  variables {
    alarms = {
      actions    = ["arn:aws:sns:eu-west-1:111122223333:pager"]
      ok_actions = ["arn:aws:sns:eu-west-1:111122223333:calm"]
    }
  }

  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.router : name => "${alarm.namespace} ${alarm.metric_name} ${jsonencode(alarm.dimensions)}"
      } == {
      errors        = "AWS/Lambda Errors {\"FunctionName\":\"orders-router\"}"
      throttles     = "AWS/Lambda Throttles {\"FunctionName\":\"orders-router\"}"
      misconfigured = "TenantRouter Misconfigured {\"function\":\"orders-router\"}"
    }
    error_message = "The alarms have the wrong metrics."
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.router :
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:pager"]) &&
      alarm.ok_actions == toset(["arn:aws:sns:eu-west-1:111122223333:calm"]) &&
      alarm.statistic == "Sum" && alarm.threshold == 0 && alarm.comparison_operator == "GreaterThanThreshold" && alarm.treat_missing_data == "notBreaching" &&
      length(alarm.alarm_description) > 80
    ])
    error_message = "An alarm has no action, misses the first failure, or does not say what to do."
  }
}

run "errors_of_a_queues_router_are_its_own_failures" {
  command = plan

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.router["errors"].alarm_description, "router.memory_mb") && !strcontains(aws_cloudwatch_metric_alarm.router["errors"].alarm_description, "alarms.errors_per_minute")
    error_message = "The alarm's description is wrong: ${aws_cloudwatch_metric_alarm.router["errors"].alarm_description}"
  }
}

run "alarms_can_be_turned_off" {
  command = plan

  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.router) == 0
    error_message = "An alarm is created although alarms are off."
  }
}
