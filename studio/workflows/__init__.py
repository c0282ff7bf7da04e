"""Any workflow as a form: presets, drafts, wildcards, runs."""
