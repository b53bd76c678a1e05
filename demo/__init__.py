"""The demo: sends many tenants' messages through real queues, the real router and a tenant-isolated backend, on this machine.

- `emulator`  an AWS emulator with tenant isolation mode, in its own process
- `setup`     what is started and created before anything is sent, and removed afterwards
- `rendered`  the resources that the modules render, for machines where Terraform cannot apply them
- `messages`  the messages, and what must happen to each one
- `evidence`  what was observed, and the checks that it must pass
- `show`      the progress while the demo runs, and the tables at its end
"""
