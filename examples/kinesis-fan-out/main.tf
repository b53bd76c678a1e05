# One stream of all tenants, read through a consumer of the router's own and fanned out to each tenant's environments.
module "events" {
  source = "../../modules/kinesis"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  # 2 MB/s of each shard to the router alone, whoever else reads the stream.
  consumer   = { create = true }
  new_stream = { retention_hours = 48 }

  polling = {
    batch_size             = 500
    window_seconds         = 1
    parallelization_factor = var.parallelization_factor
  }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  # Partition keys are named <tenant>#<anything>: a tenant's records spread over shards, and keep their order for each key. The data must agree.
  tenant_id = {
    from       = [{ path = "$.kinesis.partitionKey", capture = "^([^#]+)#" }]
    must_match = [{ path = "$.kinesis.data.tenantId" }]
  }

  on_reject  = { quarantine = module.quarantine.queue }
  on_failure = module.failures.destination

  # A tenant whose records fail holds up its own message group instead of the shard.
  bridge = var.bridge ? { group = "tenant_and_key" } : null

  alarms = { actions = var.alarm_topic_arns }
}

# A record without an acceptable tenant is set aside, and the records behind it go on.
module "quarantine" {
  source = "../../modules/quarantine"

  name   = "${var.name}-quarantine"
  alarms = { actions = var.alarm_topic_arns }
}

# What Lambda gives up after its last attempt; several streams may share it.
module "failures" {
  source = "../../modules/failure-bucket"

  prefix = "${lower(var.name)}-failed-"
}
