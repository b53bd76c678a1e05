"""What was seen of the messages, from three sides: the backend's journals, the emulator's trace, the queues at the end."""
