"""How stories are put together from blocks and links: their heads in order, and all that stands apart from them."""
