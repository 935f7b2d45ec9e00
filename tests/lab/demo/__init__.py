"""The fail-over that a newcomer sees: ./demo at the top of the tree."""
