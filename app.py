"""``python app.py``: Stepglass from a checkout, and what a Hugging Face Space starts."""

import sys

from stepglass import main

if __name__ == "__main__":
    sys.exit(main())
