"""What a person sees: the progress while the demo runs, and tables when it is done."""
