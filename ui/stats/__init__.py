"""The Stats tab: what is asked, tables turned into JSON for the script, and the tab itself."""
