"""Examples applied: each by the real provider on one emulator, used, planned once more, and destroyed.

- `ground`    what stands before: an isolated backend, a bucket with the zips, a FIFO queue with its dead-letter queue
- `examples`  each example: what it is given, what is sent through it, what must come of it; and what is not applied, with the reason
- `senders`   how records are sent, and where they are seen again
- `run`       the course of it, and the checks

Two more are applied by the demo itself.
"""
