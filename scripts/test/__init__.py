"""`./taskw test`: every suite in turn, its output as it comes, and the sum of what really ran."""
