locals {
  role_arn = one(concat(aws_iam_role.backend[*].arn, [for r in var.role.existing[*] : r.arn]))

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.backend.arn}:*"]
      }],
      [for d in var.failure_destination[*] : {
        Sid      = "SendFailedEvents"
        Effect   = "Allow"
        Action   = [split(":", d.arn)[2] == "sns" ? "sns:Publish" : "sqs:SendMessage"]
        Resource = [d.arn]
      }],
      [for key in flatten([for d in var.failure_destination[*] : d.kms_key_arn[*]]) : {
        Sid      = "EncryptFailedEvents"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = [key]
      }],
      # These actions have no resource [Lambda developer guide "Giving Lambda functions access to resources in an Amazon
      # VPC"].
      [for _ in var.function.vpc[*] : {
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
      [for _ in range(var.function.tracing == "Active" ? 1 : 0) : {
        Sid      = "WriteTraces"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = ["*"]
      }],
    )
  })
}

resource "aws_iam_role" "backend" {
  count = var.role.existing == null ? 1 : 0

  name                 = var.name
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary_arn
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

resource "aws_iam_role_policy" "backend" {
  count = var.role.existing == null ? 1 : 0

  name   = "backend"
  role   = aws_iam_role.backend[0].name
  policy = local.policy
}

resource "aws_iam_role_policy" "further" {
  count = length(var.role.policies)

  name   = "further-${count.index}"
  role   = aws_iam_role.backend[0].name
  policy = var.role.policies[count.index]
}
