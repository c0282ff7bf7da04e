"""The engine: its queue, its worker, its clients, and the faults it can be told to have."""
