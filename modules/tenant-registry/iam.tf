# Policies: a router may only read by id, an operator may also write single tenants and list all.

locals {
  read_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "ReadTenants"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = [aws_dynamodb_table.tenants.arn]
      }],
      [for key in var.kms_key_arn[*] : {
        Sid      = "DecryptTenants"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [key]
      }],
    )
  })

  # Tenants are offboarded, never deleted, so that their records are still rejected as offboarded.
  operator_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid    = "OperateTenants"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ]
        Resource = [aws_dynamodb_table.tenants.arn]
      }],
      # DynamoDB uses the key with the writer's permissions. These are the ones that the AWS CDK's grantReadWriteData grants.
      [for key in var.kms_key_arn[*] : {
        Sid    = "UseKeyOfTenants"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ]
        Resource = [key]
      }],
    )
  })
}
