resource "aws_s3_bucket" "failed" {
  #checkov:skip=CKV_AWS_18: access logs would need a second bucket; turn on CloudTrail's data events for this one where they are wanted
  #checkov:skip=CKV_AWS_144: what was given up is read where it was written
  #checkov:skip=CKV_AWS_145: S3 encrypts by itself; kms_key_arn takes a key instead
  #checkov:skip=CKV2_AWS_62: who is to be told is the user's affair; the routers' alarms tell that records came

  bucket_prefix = var.prefix
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "failed" {
  bucket = aws_s3_bucket.failed.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "failed" {
  bucket = aws_s3_bucket.failed.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

# A record that was deleted by mistake can be restored until it expires.
resource "aws_s3_bucket_versioning" "failed" {
  bucket = aws_s3_bucket.failed.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "failed" {
  bucket = aws_s3_bucket.failed.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.expiration_days
    }

    noncurrent_version_expiration {
      noncurrent_days = var.expiration_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # S3 accepts rules for versions only when versioning is on.
  depends_on = [aws_s3_bucket_versioning.failed]
}

resource "aws_s3_bucket_policy" "failed" {
  bucket = aws_s3_bucket.failed.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EncryptedTransportOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:*"]
      Resource  = [aws_s3_bucket.failed.arn, "${aws_s3_bucket.failed.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 rejects concurrent changes of this kind to a bucket.
  depends_on = [aws_s3_bucket_public_access_block.failed]
}
