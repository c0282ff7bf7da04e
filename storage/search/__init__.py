"""Finding generations: conditions, pages, counts of each choice."""
