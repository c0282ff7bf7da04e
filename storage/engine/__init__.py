"""The DuckDB file: the one writer, its transactions, the migrations."""
