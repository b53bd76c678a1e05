mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
  }
}

variables {
  name = "tenants"
}

run "a_tenant_item_has_the_routers_format" {
  variables {
    tenants = {
      blue = {}
      green = {
        status     = "suspended"
        principals = ["AROAEXAMPLEROLEID", "AIDAEXAMPLEUSERID"]
        backend    = "premium"
      }
    }
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.tenant["blue"].item) == {
      tenant_id = { S = "blue" }
      status    = { S = "active" }
    }
    error_message = "The item has attributes that were not set: ${aws_dynamodb_table_item.tenant["blue"].item}"
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.tenant["green"].item) == {
      tenant_id  = { S = "green" }
      status     = { S = "suspended" }
      principals = { SS = ["AIDAEXAMPLEUSERID", "AROAEXAMPLEROLEID"] }
      backend    = { S = "premium" }
    }
    error_message = "The item lacks attributes: ${aws_dynamodb_table_item.tenant["green"].item}"
  }

  assert {
    condition     = aws_dynamodb_table_item.tenant["blue"].hash_key == "tenant_id" && aws_dynamodb_table_item.tenant["blue"].table_name == "tenants"
    error_message = "The item is in the wrong table, or has the wrong key."
  }
}

# The previous run created blue as active and green as suspended.
run "a_changed_tenant_is_not_overwritten" {
  variables {
    tenants = {
      blue  = { status = "offboarded" }
      green = { status = "active" }
    }
  }

  assert {
    condition = (
      jsondecode(aws_dynamodb_table_item.tenant["blue"].item).status.S == "active" &&
      jsondecode(aws_dynamodb_table_item.tenant["green"].item).status.S == "suspended"
    )
    error_message = "An apply would undo an operator's change."
  }
}

run "every_id_that_lambda_accepts_can_be_a_tenant" {
  command = plan

  variables {
    tenants = { "a/b=c+d @e:f.g_h-1" = {} }
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.tenant["a/b=c+d @e:f.g_h-1"].item).tenant_id.S == "a/b=c+d @e:f.g_h-1"
    error_message = "The id is changed."
  }
}

run "an_id_with_a_space_at_its_end_is_refused" {
  command = plan

  variables {
    tenants = { "blue " = {} }
  }

  expect_failures = [var.tenants]
}

run "an_invalid_id_is_refused" {
  command = plan

  variables {
    tenants = { "blue#1" = {} }
  }

  expect_failures = [var.tenants]
}

run "an_unknown_status_is_refused" {
  command = plan

  variables {
    tenants = { blue = { status = "Active" } }
  }

  expect_failures = [var.tenants]
}

run "an_empty_set_of_senders_is_refused" {
  command = plan

  variables {
    tenants = { blue = { principals = [] } }
  }

  expect_failures = [var.tenants]
}

run "a_sender_named_twice_is_refused" {
  command = plan

  variables {
    tenants = { blue = { principals = ["AIDAEXAMPLEUSERID", "AIDAEXAMPLEUSERID"] } }
  }

  expect_failures = [var.tenants]
}

run "an_empty_sender_is_refused" {
  command = plan

  variables {
    tenants = { blue = { principals = [""] } }
  }

  expect_failures = [var.tenants]
}

run "an_invalid_backend_name_is_refused" {
  command = plan

  variables {
    tenants = { blue = { backend = "Premium" } }
  }

  expect_failures = [var.tenants]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "t"
  }

  expect_failures = [var.name]
}

run "an_alias_for_a_key_is_refused" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/tenants"
  }

  expect_failures = [var.kms_key_arn]
}
