# Ready-made grants: what is a tenant's own, told by the session's tag. Where the tag is missing the variable has no
# value, and a statement with it grants nothing [IAM user guide "IAM policy elements: Variables and tags"].

locals {
  tenant = "$${aws:PrincipalTag/tenant_id}"

  statements = concat(
    [for s3 in var.s3[*] : {
      Sid      = "OwnObjects"
      Effect   = "Allow"
      Action   = s3.actions
      Resource = ["${s3.bucket_arn}/${s3.prefix}${local.tenant}/*"]
    }],
    [for s3 in var.s3[*] : {
      Sid       = "ListOwnObjects"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [s3.bucket_arn]
      Condition = { StringLike = { "s3:prefix" = ["${s3.prefix}${local.tenant}/*"] } }
    }],
    # A key knows nothing of prefixes: that each tenant decrypts only its own objects is the statement above.
    [for s3 in var.s3[*] : {
      Sid      = "UseKeyOfObjects"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [s3.kms_key_arn]
    } if s3.kms_key_arn != null],
    [for dynamodb in var.dynamodb[*] : {
      Sid      = "OwnItems"
      Effect   = "Allow"
      Action   = dynamodb.actions
      Resource = [dynamodb.table_arn]
      Condition = {
        "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = ["${dynamodb.key_prefix}${local.tenant}"] }
        # Of no keys at all "all values" are equal: what names none is not let through
        # [IAM user guide "Single-valued vs. multivalued context keys"].
        Null = { "dynamodb:LeadingKeys" = "false" }
      }
    }],
    [for dynamodb in var.dynamodb[*] : {
      Sid      = "UseKeyOfItems"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource = [dynamodb.kms_key_arn]
    } if dynamodb.kms_key_arn != null],
  )

  grants = var.s3 == null && var.dynamodb == null ? null : jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements
  })
}
