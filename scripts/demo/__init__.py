"""`./taskw demo`: makes sure that tools and zips are there, then lets the demo play."""
