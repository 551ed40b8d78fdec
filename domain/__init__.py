"""What things are and which moves are allowed: pure rules, no input or output."""
