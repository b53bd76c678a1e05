"""What a person sees: progress while the demo works, tables when it is done."""
