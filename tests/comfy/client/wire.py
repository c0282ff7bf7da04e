"""Servers on loopback that say exactly what a test wants, byte for byte; and a certificate."""

import base64
import hashlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

Talk = Callable[[socket.socket], None]
"""What a server does with one connection; the socket is closed after it."""


@dataclass
class Listener:
    """A server's port, and how often it was connected to."""

    port: int
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(talk: Talk, *, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Let *talk* have each connection, in a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    listener = Listener(server.getsockname()[1])
    open_: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, EOFError):
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
                open_.append(connection)
            talk(connection)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                listener.connections += 1
                open_.append(connection)
                threading.Thread(target=serve, args=[connection], daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.closing.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in open_:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def read_request(connection: socket.socket) -> bytes:
    """One whole HTTP request; b"" where the other side closes instead."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line.lower() for line in head.split(b"\r\n")]
    length = next((int(v[15:]) for v in lines if v.startswith(b"content-length:")), 0)
    while len(body) < length:
        if not (more := connection.recv(65536)):
            return b""
        body += more
    return head + b"\r\n\r\n" + body


def saying(answer: bytes) -> Talk:
    """Say *answer* to every request, then close."""

    def talk(connection: socket.socket) -> None:
        if read_request(connection):
            connection.sendall(answer)

    return talk


def keep_silent(connection: socket.socket) -> None:
    """Read for ever, say nothing."""
    while connection.recv(65536):
        pass


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def nobody() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate for this machine that nobody vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(
        [openssl, "req", "-x509", *kind, *names, *files], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


TEXT, BINARY, CONTINUED, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA
"""WebSocket opcodes, RFC 6455."""


def greet(connection: socket.socket) -> bytes:
    """Open a WebSocket as a server does; return the request."""
    request = read_request(connection)
    if not request:
        raise EOFError  # it only looked whether anybody listens
    key = next(
        line.split(b":", 1)[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key:")
    )
    accept = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return request


_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, length: int | None = None) -> bytes:
    """One frame from a server; *length* is what it claims, where that is not the truth."""
    length = len(data) if length is None else length
    head = bytes([opcode | (0x80 if fin else 0)])
    if length < 126:
        return head + bytes([length]) + data
    if length < 2**16:
        return head + b"\x7e" + length.to_bytes(2, "big") + data
    return head + b"\x7f" + length.to_bytes(8, "big") + data


def read_frame(connection: socket.socket) -> tuple[int, bytes]:
    """One short frame from a client: opcode and payload. Raises EOFError at the end."""
    head = _exactly(connection, 2)
    length = head[1] & 0x7F
    if length == 126:
        length = int.from_bytes(_exactly(connection, 2), "big")
    mask, data = _exactly(connection, 4), _exactly(connection, length)
    return head[0] & 0xF, bytes(b ^ mask[i % 4] for i, b in enumerate(data))


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (more := connection.recv(size - len(data))):
            raise EOFError
        data += more
    return data
