"""From files to one validated environment, or to every error in them."""
