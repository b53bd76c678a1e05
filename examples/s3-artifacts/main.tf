# The zips come from a bucket that a pipeline has filled, so nothing is built where Terraform runs. The next apply deploys a
# new object version (or, in a bucket without versions, another checksum).
module "orders" {
  source = "../../modules/sqs"

  name      = var.name
  artifacts = { s3_bucket = var.artifacts_bucket, s3_prefix = var.artifacts_prefix }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

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
