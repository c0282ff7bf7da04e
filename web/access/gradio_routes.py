"""Which of Gradio's routes are reachable. Pure.

Gradio serves more than this page needs: fetching URLs on the server's behalf, recordings,
monitoring, deep links that bypass ownership. What is not listed here answers 404.
"""

API = "/gradio_api"
_NEEDED = (
    "api", "app_id", "call", "cancel", "component_server", "file", "heartbeat", "info",
    "login_check", "openapi.json", "queue", "reset", "run", "startup-events", "theme.css",
    "upload", "upload_progress", "user",
)  # fmt: skip
_CLOSED = ("/monitoring", "/pwa_icon")
"""Outside of `API`."""
_ENDLESS = (
    "/api/generate/progress", "/mcp", f"{API}/queue/data", f"{API}/upload_progress",
)  # fmt: skip
_STREAMED = ("call", "heartbeat")
_HANDS = ("api", "call", "queue", "run", "upload")
BODYLESS = ("GET", "HEAD", "OPTIONS")
"""Methods whose bodies nobody reads."""
MAX_EVENT_BYTES = 4_000_000
"""Largest body of an event: a form with prompts of 100 kB many times over; files go elsewhere."""
_REMOTE = ("http:", "https:", "ftp:", "//")


def is_closed(path: str) -> bool:
    """Whether *path* is one of Gradio's routes that the page does not need."""
    if not path.startswith(f"{API}/"):
        return any(path == closed or path.startswith(f"{closed}/") for closed in _CLOSED)
    head = _head(path)
    if head.startswith("file="):
        return _is_remote(path.partition("file=")[2])
    if head == "file":
        return _is_remote(path.partition("/file/")[2])
    return head not in _NEEDED


def takes_data(method: str, path: str) -> bool:
    """Whether a body sent to *path* is Gradio's to read: all but files, which it stores."""
    return method not in BODYLESS and path.startswith(f"{API}/") and not takes_files(path)


def is_endless(method: str, path: str) -> bool:
    """Whether the answer to *path* goes on for as long as somebody listens."""
    bare = path.rstrip("/")
    return method == "GET" and (
        bare in _ENDLESS or bare.startswith(tuple(f"{API}/{head}/" for head in _STREAMED))
    )


def takes_files(path: str) -> bool:
    """Whether what is sent to *path* are files to be stored."""
    return path.rstrip("/") == f"{API}/upload"


def hands_files(path: str) -> bool:
    """Whether an answer of *path* may name files that whoever asks is to have."""
    return path.startswith(f"{API}/") and _head(path) in _HANDS


def named_file(path: str) -> str | None:
    """The file that *path* asks Gradio to send; None for all else."""
    head = _head(path) if path.startswith(f"{API}/") else ""
    if head.startswith("file="):
        return path.partition("file=")[2]
    return path.partition("/file/")[2] if head == "file" else None


def _head(path: str) -> str:
    return path.removeprefix(f"{API}/").split("/", 1)[0]


def _is_remote(path: str) -> bool:
    return path.strip().lower().replace("\\", "/").startswith(_REMOTE)
