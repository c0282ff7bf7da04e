"""The live panel, and following generations with it."""
