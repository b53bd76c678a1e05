mock_provider "aws" {
  mock_resource "aws_lambda_function" {
    defaults = {
      arn     = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
      version = "3"
    }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders" }
  }
}

variables {
  name    = "orders"
  package = { filename = "tests/fixtures/backend.zip" }
}

run "the_function_is_tenant_isolated" {
  assert {
    condition     = aws_lambda_function.backend.tenancy_config[0].tenant_isolation_mode == "PER_TENANT"
    error_message = "The function is not tenant-isolated."
  }

  assert {
    condition = (
      aws_lambda_function.backend.function_name == "orders" &&
      aws_lambda_function.backend.package_type == "Zip" &&
      aws_lambda_function.backend.source_code_hash == filebase64sha256("tests/fixtures/backend.zip") &&
      aws_lambda_function.backend.runtime == "provided.al2023" &&
      aws_lambda_function.backend.handler == "bootstrap" &&
      tolist(aws_lambda_function.backend.architectures) == tolist(["arm64"]) &&
      aws_lambda_function.backend.timeout == 30 &&
      aws_lambda_function.backend.publish == false &&
      length(aws_lambda_function.backend.environment) == 0 &&
      aws_lambda_function.backend.logging_config[0].log_format == "JSON" &&
      aws_lambda_function.backend.logging_config[0].log_group == "/aws/lambda/orders" &&
      aws_cloudwatch_log_group.backend.retention_in_days == 90
    )
    error_message = "The function is not the default one."
  }

  assert {
    condition = jsonencode(output.backend) == jsonencode({
      function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
      timeout_seconds     = 30
      failure_destination = null
    })
    error_message = "A router would not find the function: ${jsonencode(output.backend)}"
  }

  assert {
    condition     = length(aws_lambda_alias.backend) == 0 && length(aws_lambda_function_event_invoke_config.backend) == 0
    error_message = "An alias or a failure destination is created without being configured."
  }
}

run "the_role_may_write_its_log_and_nothing_else" {
  assert {
    condition = aws_iam_role_policy.backend[0].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${aws_iam_role_policy.backend[0].policy}"
  }

  assert {
    condition     = length(aws_iam_role_policy.further) == 0 && output.policy_json == aws_iam_role_policy.backend[0].policy
    error_message = "The role has more permissions than configured."
  }
}

run "with_an_alias_the_router_invokes_the_alias" {
  variables {
    alias               = "live"
    failure_destination = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-failed", retries = 1, maximum_age_seconds = 600 }
  }

  assert {
    condition = (
      aws_lambda_function.backend.publish == true &&
      aws_lambda_alias.backend[0].name == "live" &&
      aws_lambda_alias.backend[0].function_version == "3" &&
      output.alias_arn == "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" &&
      output.backend.function == "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
    )
    error_message = "The alias is not published and invoked."
  }

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.backend[0].qualifier == "live" &&
      aws_lambda_function_event_invoke_config.backend[0].maximum_retry_attempts == 1 &&
      aws_lambda_function_event_invoke_config.backend[0].maximum_event_age_in_seconds == 600 &&
      aws_lambda_function_event_invoke_config.backend[0].destination_config[0].on_failure[0].destination == "arn:aws:sqs:eu-west-1:111122223333:orders-failed" &&
      output.backend.failure_destination == "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
    )
    error_message = "Failed asynchronous events of the alias do not reach the failure destination."
  }
}

run "optional_permissions_follow_the_inputs" {
  variables {
    function = {
      tracing = "Active"
      vpc     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    }
    failure_destination = { arn = "arn:aws:sns:eu-west-1:111122223333:orders-failed", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/failed" }
    role                = { policies = ["{\"Version\":\"2012-10-17\",\"Statement\":[]}"] }
  }

  assert {
    condition = aws_iam_role_policy.backend[0].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders:*"] },
        { Sid = "SendFailedEvents", Effect = "Allow", Action = ["sns:Publish"], Resource = ["arn:aws:sns:eu-west-1:111122223333:orders-failed"] },
        { Sid = "EncryptFailedEvents", Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/failed"] },
        {
          Sid      = "AttachToVpc"
          Effect   = "Allow"
          Action   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
          Resource = ["*"]
        },
        { Sid = "WriteTraces", Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = ["*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${aws_iam_role_policy.backend[0].policy}"
  }

  assert {
    condition     = length(aws_iam_role_policy.further) == 1 && aws_iam_role_policy.further[0].policy == "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    error_message = "The additional policy is not attached."
  }
}

run "a_failure_queue_may_be_sent_to" {
  variables {
    failure_destination = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-failed" }
  }

  assert {
    condition     = jsondecode(output.policy_json).Statement[1].Action == ["sqs:SendMessage"]
    error_message = "Failed events cannot be sent to the queue."
  }
}

run "every_setting_reaches_the_function" {
  variables {
    package = { s3_bucket = "artifacts", s3_key = "orders.zip", s3_object_version = "v7" }
    function = {
      runtime                 = "python3.14"
      handler                 = "app.handler"
      architecture            = "x86_64"
      timeout_seconds         = 60
      memory_mb               = 1024
      environment             = { STAGE = "live" }
      kms_key_arn             = "arn:aws:kms:eu-west-1:111122223333:key/environment"
      reserved_concurrency    = 50
      layers                  = ["arn:aws:lambda:eu-west-1:111122223333:layer:l:1"]
      code_signing_config_arn = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1"
      vpc                     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    }
    role = { path = "/backends/", permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary" }
    logs = { retention_days = 7, kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/logs" }
    tags = { team = "orders" }
  }

  assert {
    condition = (
      aws_lambda_function.backend.s3_bucket == "artifacts" &&
      aws_lambda_function.backend.s3_key == "orders.zip" &&
      aws_lambda_function.backend.s3_object_version == "v7" &&
      aws_lambda_function.backend.runtime == "python3.14" &&
      aws_lambda_function.backend.handler == "app.handler" &&
      tolist(aws_lambda_function.backend.architectures) == tolist(["x86_64"]) &&
      aws_lambda_function.backend.timeout == 60 &&
      aws_lambda_function.backend.memory_size == 1024 &&
      aws_lambda_function.backend.environment[0].variables == tomap({ STAGE = "live" }) &&
      aws_lambda_function.backend.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/environment" &&
      aws_lambda_function.backend.reserved_concurrent_executions == 50 &&
      aws_lambda_function.backend.layers == tolist(["arn:aws:lambda:eu-west-1:111122223333:layer:l:1"]) &&
      aws_lambda_function.backend.code_signing_config_arn == "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1" &&
      aws_lambda_function.backend.vpc_config[0].subnet_ids == toset(["subnet-1"]) &&
      aws_lambda_function.backend.tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the function is lost."
  }

  assert {
    condition = (
      aws_iam_role.backend[0].path == "/backends/" &&
      aws_iam_role.backend[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" &&
      aws_cloudwatch_log_group.backend.retention_in_days == 7 &&
      aws_cloudwatch_log_group.backend.kms_key_id == "arn:aws:kms:eu-west-1:111122223333:key/logs"
    )
    error_message = "A setting of the role or the log group is lost."
  }
}

run "a_container_image_needs_no_runtime" {
  command = plan

  variables {
    package = { image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1" }
  }

  assert {
    condition     = aws_lambda_function.backend.package_type == "Image" && aws_lambda_function.backend.runtime == null && aws_lambda_function.backend.handler == null
    error_message = "Lambda would reject the image, because a runtime or a handler is set."
  }
}

run "an_existing_role_is_used_and_not_changed" {
  variables {
    role = { existing = { arn = "arn:aws:iam::111122223333:role/brought-along" } }
  }

  assert {
    condition = (
      aws_lambda_function.backend.role == "arn:aws:iam::111122223333:role/brought-along" &&
      length(aws_iam_role.backend) == 0 && length(aws_iam_role_policy.backend) == 0 && output.role_name == null
    )
    error_message = "The existing role is not used, or another one is created."
  }
}
