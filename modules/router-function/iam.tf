# The role may read its source, invoke its backends (or write to one bridge), and write to one quarantine and its log. If
# configured, it may also read one registry and assume one tenant role.

locals {
  role_arn = one(concat(aws_iam_role.router[*].arn, [for r in var.router.role[*] : r.arn]))

  # A bucket's ARN has no region; its partition is that of the quarantine's queue.
  partition = try(split(":", var.on_reject.quarantine.queue_arn)[1], "aws")
  account   = try(split(":", var.on_reject.quarantine.queue_arn)[4], null)

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      var.event_source.poll_statements,
      # With a bridge, the bridge's router invokes the backend, not this one.
      [for b in var.backend[*] : {
        # A permission on a function covers neither its aliases nor its versions, so the resource is the configured ARN.
        Sid      = "InvokeBackend"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = distinct(concat([b.function], [for further in var.backends : further.function]))
      } if var.bridge == null],
      [for b in var.bridge[*] : {
        Sid      = "SendToBridge"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [b.queue_arn]
      }],
      [for key in flatten([for b in var.bridge[*] : b.kms_key_arn[*]]) : {
        Sid      = "EncryptForBridge"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = [key]
      }],
      [for q in var.on_reject.quarantine[*] : {
        Sid      = "SendToQuarantine"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [q.queue_arn]
      }],
      # Producers of an encrypted queue need both [SQS developer guide "Key management"].
      [for key in flatten([for q in var.on_reject.quarantine[*] : q.kms_key_arn[*]]) : {
        Sid      = "EncryptForQuarantine"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = [key]
      }],
      [for large in try(var.on_reject.quarantine.large_records, null)[*] : {
        Sid      = "StoreLargeRecords"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["arn:${local.partition}:s3:::${large.bucket}/${large.prefix}*"]
        # After a bucket is deleted, any account can create one with its name.
        Condition = { StringEquals = { "s3:ResourceAccount" = local.account } }
      }],
      [for key in try(var.on_reject.quarantine.large_records.kms_key_arn, null)[*] : {
        Sid      = "EncryptLargeRecords"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey"]
        Resource = [key]
      }],
      [for r in var.registry[*] : {
        Sid      = "ReadRegistry"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = [r.table_arn]
      }],
      # DynamoDB uses the key with the reader's permissions [KMS developer guide "How Amazon DynamoDB uses AWS KMS"].
      [for key in try(var.registry.kms_key_arn, null)[*] : {
        Sid      = "DecryptRegistry"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [key]
      }],
      # The session tag names the tenant [IAM user guide "Pass session tags in AWS STS"].
      [for c in var.credentials[*] : {
        Sid      = "AssumeTenantRole"
        Effect   = "Allow"
        Action   = ["sts:AssumeRole", "sts:TagSession"]
        Resource = [c.role_arn]
      }],
      [
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.router.arn}:*"]
        },
      ],
      # These actions have no resource [Lambda developer guide "Giving Lambda functions access to resources in an Amazon
      # VPC"].
      [for _ in var.router.vpc[*] : {
        Sid    = "AttachToVpc"
        Effect = "Allow"
        Action = [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = ["*"]
      }],
      # X-Ray's write actions have no resource either [Service Authorization Reference "AWS X-Ray"].
      [for _ in range(var.router.tracing == "Active" ? 1 : 0) : {
        Sid      = "WriteTraces"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = ["*"]
      }],
    )
  })
}

resource "aws_iam_role" "router" {
  count = var.router.role == null ? 1 : 0

  name                 = var.name
  path                 = var.router.role_path
  permissions_boundary = var.router.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = ["lambda.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "router" {
  count = var.router.role == null ? 1 : 0

  name   = "router"
  role   = aws_iam_role.router[0].name
  policy = local.policy
}
