"""What a workflow or a family wants that a server lacks, and where that is to be had. Pure."""
