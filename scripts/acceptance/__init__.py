"""`./taskw acceptance`: makes sure that tools and zips are there, then lets acceptance run."""
