# One stream of all tenants. The router reads it through its own consumer and invokes each tenant's environments.
module "events" {
  source = "../../modules/kinesis"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  # The router gets 2 MB/s of each shard, independent of other readers of the stream.
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

  # Partition keys are <tenant>#<anything>: a tenant's records spread over shards and keep their order for each key. The data
  # must agree.
  tenant_id = {
    from       = [{ path = "$.kinesis.partitionKey", capture = "^([^#]+)#" }]
    must_match = [{ path = "$.kinesis.data.tenantId" }]
  }

  on_reject  = { quarantine = module.quarantine.queue }
  on_failure = module.failures.destination

  # A tenant whose records fail blocks only its own message group, not the shard.
  bridge = var.bridge ? { group = "tenant_and_key" } : null

  alarms = { actions = var.alarm_topic_arns }
}

# A record without an acceptable tenant is quarantined, and the records behind it are delivered.
module "quarantine" {
  source = "../../modules/quarantine"

  name   = "${var.name}-quarantine"
  alarms = { actions = var.alarm_topic_arns }
}

# The bucket for records that Lambda discards after its last attempt. Several streams may share it.
module "failures" {
  source = "../../modules/failure-bucket"

  prefix = "${lower(var.name)}-failed-"
}
