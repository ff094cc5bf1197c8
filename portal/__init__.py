"""The regional consortium portal: what the organisations of a region do together."""
