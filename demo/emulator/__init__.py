"""An AWS emulator on this machine whose Lambda has tenant isolation mode.

MiniStack (MIT) serves the AWS APIs and runs `provided.al2023` functions as plain processes. This package adds what it lacks,
inside its process:

- `tenancy`  the invocation rules of `PER_TENANT`, and execution environments that no two tenants share
- `batches`  what a partial batch response does to a queue
- `streams`  event source mappings of streams; `shard` has their rules: checkpoint, bisect, retries, discarded batches
- `events`   EventBridge's asynchronous invocations, with retries and a destination
- `pipes`    pipes from a queue through a function to a queue
- `expiry`   the stream records of items whose time to live is over
- `outages`  tables that are unavailable for a while
- `alarms`   complete descriptions of alarms
- `access`   the resource that a request needs a grant for, if IAM is enforced (`AUTH=true`)
- `tags`     streams with the tags that they were created with
- `answers`  how Lambda reads the response to a batch
- `trace`    a record of every invocation, as observed from outside the function
- `patching` replaces a function of MiniStack, and refuses to start if that function is not the expected one

Start it with `python -m demo.emulator`; `BIND_HOST`, `GATEWAY_PORT` and `AWS_ENDPOINT_URL` say where it listens.
No part of the product knows the emulator.
"""

# The tag that replaces TenancyConfig for clients that are too old for it.
ISOLATION_TAG = "emulator-tenancy-config"
