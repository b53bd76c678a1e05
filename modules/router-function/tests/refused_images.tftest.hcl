# Selectors of an item's images that would reject valid records are refused, in a DynamoDB stream and in a pipe from one.

mock_provider "aws" {}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  event_source = { kind = "dynamodb", ordered = true, poll_statements = [] }
}

run "one_image_alone_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "one_image_alone_in_brackets_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$['dynamodb'][\"OldImage\"]['tenantId'].S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "images_with_different_captures_are_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.t.S", capture = "^(.)" }, { path = "$.dynamodb.OldImage.t.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "an_image_that_must_match_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }], must_match = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "one_image_alone_is_refused_in_a_pipe" {
  command = plan

  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    tenant_id    = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "one_image_alone_in_brackets_is_refused_in_a_pipe" {
  command = plan

  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    tenant_id    = { from = [{ path = "$['dynamodb'][\"OldImage\"]['tenantId'].S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "images_with_different_captures_are_refused_in_a_pipe" {
  command = plan

  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    tenant_id    = { from = [{ path = "$.dynamodb.NewImage.t.S", capture = "^(.)" }, { path = "$.dynamodb.OldImage.t.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "an_image_that_must_match_is_refused_in_a_pipe" {
  command = plan

  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    tenant_id    = { from = [{ path = "$.dynamodb.Keys.pk.S" }], must_match = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "both_images_can_name_the_tenant" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }, { path = "$.dynamodb.OldImage.tenantId.S" }] }
  }

  assert {
    condition     = output.selects_images
    error_message = "The images are not found."
  }
}

run "a_key_is_no_image" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }] }
  }

  assert {
    condition     = !output.selects_images
    error_message = "A key is taken for an image."
  }
}

run "only_tables_have_images" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    tenant_id    = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  assert {
    condition     = !output.selects_images
    error_message = "A field of a Kinesis record is taken for an image."
  }
}
