"""The page as an app: installed, shared to, and what it says without a network."""
