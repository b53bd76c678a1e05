# Who may do what: a router reads by id and no more, an operator writes single tenants and lists all.

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

  # A tenant is offboarded, never deleted: who is gone must stay refused by name.
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
      # DynamoDB uses the key in the name of whoever writes; these are what the AWS CDK's grantReadWriteData gives.
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
