"""How stories are put together from linked legs: their heads, bylines and captions, and how sure each story is."""
