mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
  }

  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:tenants-throttled-reads" }
  }
}

variables {
  name = "tenants"
}

run "the_table_has_its_key_and_is_protected" {
  assert {
    condition = (
      aws_dynamodb_table.tenants.name == "tenants" &&
      aws_dynamodb_table.tenants.billing_mode == "PAY_PER_REQUEST" &&
      aws_dynamodb_table.tenants.hash_key == "tenant_id" &&
      [for a in aws_dynamodb_table.tenants.attribute : "${a.name} ${a.type}"] == ["tenant_id S"] &&
      aws_dynamodb_table.tenants.deletion_protection_enabled &&
      aws_dynamodb_table.tenants.point_in_time_recovery[0].enabled
    )
    error_message = "The table is not the one that routers and tenantctl expect, or is not protected."
  }

  assert {
    condition     = length(aws_dynamodb_table.tenants.server_side_encryption) == 0 && length(aws_dynamodb_table_item.tenant) == 0
    error_message = "A customer managed key or a tenant was not configured."
  }
}

run "a_source_module_accepts_the_output_unchanged" {
  assert {
    condition = jsonencode(output.registry) == jsonencode({
      table_arn   = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      kms_key_arn = null
    })
    error_message = "A router would not find the registry: ${jsonencode(output.registry)}"
  }
}

run "a_reader_may_only_read_by_id" {
  assert {
    condition = jsonencode(jsondecode(output.read_policy_json).Statement) == jsonencode([{
      Action   = ["dynamodb:BatchGetItem"]
      Effect   = "Allow"
      Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"]
      Sid      = "ReadTenants"
    }])
    error_message = "A reader's permissions are wrong: ${output.read_policy_json}"
  }
}

run "an_operator_may_change_but_not_delete_tenants" {
  assert {
    condition = jsonencode(jsondecode(output.operator_policy_json).Statement) == jsonencode([{
      Action = [
        "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem",
        "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem",
      ]
      Effect   = "Allow"
      Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"]
      Sid      = "OperateTenants"
    }])
    error_message = "An operator's permissions are wrong: ${output.operator_policy_json}"
  }
}

run "a_customer_managed_key_adds_permissions" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/tenants"
  }

  assert {
    condition = (
      aws_dynamodb_table.tenants.server_side_encryption[0].enabled &&
      aws_dynamodb_table.tenants.server_side_encryption[0].kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/tenants" &&
      output.registry.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/tenants"
    )
    error_message = "The key is not used, or missing in the outputs."
  }

  assert {
    condition = [for s in jsondecode(output.read_policy_json).Statement : s if s.Sid != "ReadTenants"] == [{
      Action   = ["kms:Decrypt"]
      Effect   = "Allow"
      Resource = ["arn:aws:kms:eu-west-1:111122223333:key/tenants"]
      Sid      = "DecryptTenants"
    }]
    error_message = "A reader cannot read, or has too many permissions: ${output.read_policy_json}"
  }

  assert {
    condition = [for s in jsondecode(output.operator_policy_json).Statement : s if s.Sid != "OperateTenants"] == [{
      Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Effect   = "Allow"
      Resource = ["arn:aws:kms:eu-west-1:111122223333:key/tenants"]
      Sid      = "UseKeyOfTenants"
    }]
    error_message = "An operator cannot write, or has too many permissions: ${output.operator_policy_json}"
  }
}

run "the_protection_can_be_turned_off" {
  command = plan

  variables {
    deletion_protection    = false
    point_in_time_recovery = false
    tags                   = { team = "platform" }
  }

  assert {
    condition = (
      !aws_dynamodb_table.tenants.deletion_protection_enabled &&
      !aws_dynamodb_table.tenants.point_in_time_recovery[0].enabled &&
      aws_dynamodb_table.tenants.tags == tomap({ team = "platform" })
    )
    error_message = "An input has no effect."
  }
}

run "the_alarm_covers_throttled_reads" {
  variables {
    alarms = {
      actions    = ["arn:aws:sns:eu-west-1:111122223333:pager"]
      ok_actions = ["arn:aws:sns:eu-west-1:111122223333:calm"]
    }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.throttled_reads[0].namespace == "AWS/DynamoDB" &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].metric_name == "ReadThrottleEvents" &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].dimensions == tomap({ TableName = "tenants" }) &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].statistic == "Sum" &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].threshold == 0 &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].datapoints_to_alarm == 3 &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].treat_missing_data == "notBreaching" &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:pager"]) &&
      aws_cloudwatch_metric_alarm.throttled_reads[0].ok_actions == toset(["arn:aws:sns:eu-west-1:111122223333:calm"]) &&
      strcontains(aws_cloudwatch_metric_alarm.throttled_reads[0].alarm_description, "raise registry.fresh_seconds") &&
      output.alarm_arn == "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:tenants-throttled-reads"
    )
    error_message = "The alarm has the wrong metric, no action, or does not say what to do."
  }

  # The longest description that CloudWatch accepts [CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.throttled_reads[0].alarm_description) <= 1024
    error_message = "The description is too long."
  }
}

run "the_alarm_can_be_turned_off" {
  command = plan

  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.throttled_reads) == 0 && output.alarm_arn == null
    error_message = "An alarm is created although alarms are off."
  }
}
