"""The acceptance test on a real AWS account: applies every example with the real provider, uses it under faults, checks and destroys it.

The modules, in reading order:

- `options`     the command line, and what it rejects
- `target`      an AWS account or the endpoint of an emulator, and how to reach both
- `catalogue`   the parts: which examples they apply, and what is sent through each one
- `announcement` what a run will create; `prices` and `policy` compute its cost bound and the permissions it needs
- `run`         the whole run: existing resources, all examples in parallel, the questions, the cleanup
- `existing`    resources that the examples expect to exist already
- `example`     one example: applied, used, planned again, destroyed; with `deployment` (its working copy) and `process`
- `uses`        what is sent through examples: single messages, the demo's messages (`demo_messages`), and faults (`faults`)
- `logs`, `evidence`, `promises`  what arrived, and the rules that it must satisfy
- `questions`   questions that AWS's documentation does not answer, tried in the account
- `leftovers`   checks by tag and by name that nothing is left
- `diagnosis`   failures of the account by name, with the remedy
- `report`      acceptance.json and acceptance.md

With `--endpoint-url` the same code runs against an emulator. What only AWS can answer is then "not measured".
"""
