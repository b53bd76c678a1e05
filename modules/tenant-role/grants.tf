# Ready-made grants for a tenant's own data, which the session tag selects. Without the tag, the variable has no value, and a
# statement with it grants nothing [IAM user guide "IAM policy elements: Variables and tags"].

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
    # A key has no prefixes. The statement above limits each tenant to its own objects.
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
        # ForAllValues is also true without any key, so requests without a leading key are denied [IAM user guide
        # "Single-valued vs. multivalued context keys"].
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
