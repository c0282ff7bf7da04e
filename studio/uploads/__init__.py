"""Files that people send as inputs: checked, kept, swept."""
