"""The clock: events told to those who react, the trail sealed, due times swept. One process runs it all."""
