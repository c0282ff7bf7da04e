"""What is kept: generations, images, node runs. The only user of DuckDB."""
