mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
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

run "the_role_may_only_poll_invoke_and_log" {
  assert {
    condition = aws_iam_role_policy.router[0].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollQueue", Effect = "Allow", Action = ["sqs:ReceiveMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${aws_iam_role_policy.router[0].policy}"
  }

  assert {
    condition     = output.policy_json == aws_iam_role_policy.router[0].policy
    error_message = "The output differs from the attached permissions."
  }

  assert {
    condition = jsondecode(aws_iam_role.router[0].assume_role_policy) == jsondecode(jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = ["lambda.amazonaws.com"] } }]
    }))
    error_message = "A principal other than Lambda may assume the role."
  }
}

run "optional_features_add_one_statement_each" {
  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders" }
    on_reject = {
      quarantine = {
        queue_url   = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn   = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
        kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/quarantine"
      }
    }
    router = {
      tracing = "Active"
      vpc     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    }
  }

  assert {
    condition = aws_iam_role_policy.router[0].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollQueue", Effect = "Allow", Action = ["sqs:ReceiveMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders"] },
        { Sid = "SendToQuarantine", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"] },
        { Sid = "EncryptForQuarantine", Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/quarantine"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
        {
          Sid      = "AttachToVpc"
          Effect   = "Allow"
          Action   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
          Resource = ["*"]
        },
        { Sid = "WriteTraces", Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = ["*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${aws_iam_role_policy.router[0].policy}"
  }
}
