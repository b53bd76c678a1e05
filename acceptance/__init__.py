"""The demo's evidence on a real AWS account: every example applied with the real provider, used under faults, checked, destroyed.

What happens, in reading order:

- `options`     the command line, and what it refuses
- `target`      an AWS account or the endpoint of an emulator, and how both are reached
- `catalogue`   the parts: which examples they apply, and what is sent through each
- `announcement` what is about to be created; `prices` and `policy` say what that may cost and which permissions it needs
- `run`         the whole course: what must exist, all examples side by side, the questions, the end
- `existing`    what the examples expect to exist already
- `example`     one example: applied, used, planned once more, destroyed; over `deployment` (its working copy) and `process`
- `uses`        what is sent through examples: single messages, the demo's messages (`story`), and faults (`faults`)
- `logs`, `evidence`, `promises`  what arrived, and what must hold of it
- `questions`   what AWS's pages leave open, asked
- `leftovers`   that nothing is left, by tag and by name
- `diagnosis`   failures of the account by name, with the remedy
- `report`      acceptance.json and acceptance.md

With `--endpoint-url` the same code runs against an emulator. What only AWS can answer is then "not measured".
"""
