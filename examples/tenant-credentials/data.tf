# The data that all tenants share and the tenant role separates: objects tenants/<tenant id>/…, items with the key <tenant
# id>.

resource "aws_s3_bucket" "orders" {
  #checkov:skip=CKV_AWS_18: for trying it out; a bucket of yours is as you have it
  #checkov:skip=CKV_AWS_21: the same
  #checkov:skip=CKV_AWS_144: the same
  #checkov:skip=CKV_AWS_145: S3 encrypts by itself; with a key of yours, say s3.kms_key_arn to the tenant role
  #checkov:skip=CKV2_AWS_61: what was tried out goes with the bucket
  #checkov:skip=CKV2_AWS_62: nobody waits for it
  bucket_prefix = "${var.name}-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "orders" {
  bucket = aws_s3_bucket.orders.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_dynamodb_table" "orders" {
  #checkov:skip=CKV_AWS_119: DynamoDB encrypts by itself; of a key of yours the tenant role wants to know
  #checkov:skip=CKV_AWS_28: for trying it out
  name         = var.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tenant_id"
  range_key    = "id"

  attribute {
    name = "tenant_id"
    type = "S"
  }

  attribute {
    name = "id"
    type = "S"
  }
}
