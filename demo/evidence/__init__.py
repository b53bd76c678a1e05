"""What was observed of the messages: in the backend's journals, in the emulator's trace, and in the queues at the end."""
