"""`./taskw acceptance`: builds the zips, installs the tools, and runs the acceptance test."""
