"""The demo: many tenants' messages through real queues, the real router and a tenant-isolated backend, on this machine.

- `emulator`  an AWS with tenant isolation mode, in a process of its own
- `stage`     what is started and created before anything is sent, and undone after
- `rendered`  what the modules render, for where Terraform cannot apply it
- `story`     the messages: what each is, and what must become of it
- `evidence`  what was seen, and the checks that it must pass
- `show`      progress while it runs, the tables at the end
"""
