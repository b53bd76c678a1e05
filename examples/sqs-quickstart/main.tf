locals {
  architecture = coalesce(var.architecture, fileexists("${var.artifacts_directory}/sqs-router-arm64.zip") ? "arm64" : "x86_64")
}

# A queue, its dead-letter queue, a quarantine, a router and a tenant-isolated backend: everything from nothing.
module "tenant_router" {
  source = "../.."

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = local.architecture }

  backend = {
    new = {
      # A backend that logs its tenant and its environment. Replace it by your own function's zip.
      package  = { filename = "${var.artifacts_directory}/demo-backend-${local.architecture}.zip" }
      function = { architecture = local.architecture }
    }
  }

  sqs = {
    orders = {
      tenant_id = {
        from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
        must_match = [{ path = "$.body.tenantId" }]
      }
    }
  }
}
