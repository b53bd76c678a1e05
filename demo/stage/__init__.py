"""What stands before the first message is sent: a folder, the emulator, the backend, the applied example."""


class StageFailed(Exception):
    """The demo cannot be set up; says what to do."""
