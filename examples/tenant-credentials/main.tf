locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
}

# The role that the router assumes for one tenant at a time. It allows that tenant's objects and items, and nothing else.
module "tenant_role" {
  source = "../../modules/tenant-role"

  name             = "${var.name}-tenant"
  router_role_arns = [module.orders.router_role_arn]

  s3       = { bucket_arn = aws_s3_bucket.orders.arn }
  dynamodb = { table_arn = aws_dynamodb_table.orders.arn }
}

# The ids use the strict grammar, so none contains a / that would reach into another tenant's prefix.
module "orders" {
  source = "../../modules/sqs"

  name        = var.name
  artifacts   = { directory = var.artifacts_directory }
  router      = { architecture = local.architecture }
  backend     = module.backend.backend
  credentials = module.tenant_role.credentials

  tenant_id = {
    from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
    must_match = [{ path = "$.body.tenantId" }]
  }

  on_reject = { quarantine = module.quarantine.queue }
}

module "quarantine" {
  source = "../../modules/quarantine"

  name = "${var.name}-quarantine"
}

# Its role may only write logs. It accesses data with the credentials of each invocation.
module "backend" {
  source = "../../modules/backend"

  name    = var.name
  package = { filename = var.backend_zip }

  function = {
    runtime      = "python3.13"
    handler      = "handler.handler"
    architecture = local.architecture
    environment = {
      BUCKET = aws_s3_bucket.orders.bucket
      TABLE  = aws_dynamodb_table.orders.name
    }
  }
}
