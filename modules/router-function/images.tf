# The selectors of an item's images, in a DynamoDB stream or in a pipe from one. The function's preconditions check that they
# always find an image.

locals {
  # The same path may be written with dots and with brackets.
  image_of = "^[$](?:[.]dynamodb|\\[['\"]dynamodb['\"]\\])(?:[.]|\\[['\"])(New|Old)Image(?:['\"]\\])?((?:[.\\[].*)?)$"

  images = { for name in ["from", "must_match"] : name => [
    for s in contains(["dynamodb", "pipes"], var.event_source.kind) ? var.tenant_id[name] : [] : { image = regex(local.image_of, s.path)[0], rest = regex(local.image_of, s.path)[1], capture = s.capture } if can(regex(local.image_of, s.path))
  ] }

  # Each selector in from needs a second one: the same attribute of the other image.
  image_selectors = [for s in local.images.from : jsonencode([s.image, s.rest, s.capture])]
  image_twins     = [for s in local.images.from : jsonencode([s.image == "New" ? "Old" : "New", s.rest, s.capture])]
}
