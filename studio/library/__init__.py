"""The gallery without a page: search, marks, bin, imports, clean-up."""
