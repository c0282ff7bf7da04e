"""What is kept: generations, images, node runs. The only user of DuckDB.

`records` are what goes in and out, `store` writes and finds them, `statistics` counts them.
`engine` has the writer and the migrations, `mapping` turns records into rows, `search` and `stats`
have the SQL, `files` the images, `transfer` the backups, `sandbox` runs a viewer's own SQL.
"""
