# Values that must be accepted.

mock_provider "aws" {}

variables {
  name      = "orders-router"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
  event_source = {
    kind            = "sqs"
    ordered         = false
    poll_statements = []
  }
}

run "the_paths_of_the_docs_are_accepted" {
  command = plan

  variables {
    tenant_id = {
      from = [
        { path = "$.attributes.MessageGroupId" },
        { path = "$.messageAttributes.tenantId.stringValue" },
        { path = "$.body.detail.tenantId" },
        { path = "$['a.b'][0].pk", capture = "^TENANT#([^#]+)" },
        { path = "$.body.Message[\"tenant id\"]", capture = "(?P<tenant>[a-z]+)" },
        { path = "$.body.key", capture = "^(?:t|T)\\((\\d+)\\)[(]$" },
      ]
      grammar = "t-[0-9]{6}"
    }
  }

  assert {
    condition     = can(jsondecode(output.config))
    error_message = "There is no configuration."
  }
}

run "functions_of_other_partitions_and_versions_are_accepted" {
  command = plan

  variables {
    backend = { function = "arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:orders:$LATEST" }
  }

  assert {
    condition     = can(jsondecode(output.config))
    error_message = "There is no configuration."
  }
}

run "the_highest_limits_are_accepted" {
  command = plan

  variables {
    delivery = { in_flight = 900, per_tenant = 900, max_records = 10000 }
  }

  assert {
    condition     = jsondecode(output.config).delivery.in_flight == 900 && jsondecode(output.config).delivery.per_tenant == 900
    error_message = "The limits are wrong."
  }
}

run "a_quarantine_behind_another_endpoint_is_accepted" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "http://127.0.0.1:4566/000000000000/q.fifo"
        queue_arn = "arn:aws:sqs:eu-west-1:000000000000:q.fifo"
      }
    }
  }

  assert {
    condition     = can(jsondecode(output.config))
    error_message = "There is no configuration."
  }
}

run "a_session_just_longer_than_the_backend_is_accepted" {
  command = plan

  variables {
    backend     = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 587 }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants", session_seconds = 900 }
  }

  assert {
    condition     = jsondecode(output.config).credentials.session_seconds == 900
    error_message = "The session is wrong: ${output.config}"
  }
}
