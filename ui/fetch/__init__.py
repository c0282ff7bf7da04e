"""What is missing, with how to get it: beneath the model, and above a workflow's form."""
