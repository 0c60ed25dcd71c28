"""What signing in costs and whether answers give anything away by their time, measured on a stack of its own."""
