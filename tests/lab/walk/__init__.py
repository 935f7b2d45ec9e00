"""The documents, followed to the letter."""
