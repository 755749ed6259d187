"""A small client of yaml-language-server, over stdio, as an editor is one."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

TIMEOUT = 20.0
"""Seconds to wait for any answer."""

# What an editor would send from its settings; without a schema store the server never goes to the network.
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    }
}


class LanguageServer:
    """A running server; use it in a `with`. Lines and columns count from 0, as in the protocol."""

    def __init__(self, node: str, script: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            [node, str(script), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.folder = folder
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.Queue[Any]] = {}
        self._told: queue.Queue[Any] = queue.Queue()
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        documentation = {"documentationFormat": ["markdown", "plaintext"]}
        text = {"completion": {"completionItem": documentation}, "hover": {"contentFormat": ["markdown"]}}
        workspace = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": False}}
        root = folder.as_uri()
        self.ask(
            "initialize",
            processId=None,
            rootUri=root,
            workspaceFolders=[{"uri": root, "name": folder.name}],
            capabilities={"textDocument": text, "workspace": workspace},
        )
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=SETTINGS)

    def __enter__(self) -> LanguageServer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.ask("shutdown")
            self.tell("exit")
            self._process.wait(5)
        except (OSError, queue.Empty, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._reader.join(5)
        self._process.stdout.close()

    # --- what an editor does ---

    def diagnostics(self, text: str, folder: Path | None = None) -> list[dict[str, Any]]:
        """What is wrong with a file of this text, in `folder`."""
        uri = self.open(text, folder)
        while (told := self._told.get(timeout=TIMEOUT))["uri"] != uri:
            pass
        return list(told["diagnostics"])

    def completion(self, text: str, line: int, column: int, folder: Path | None = None) -> dict[str, dict[str, Any]]:
        """What is offered at a position, by label."""
        answer = self._at("textDocument/completion", text, line, column, folder)
        return {item["label"]: item for item in answer["items"]}

    def hover(self, text: str, line: int, column: int) -> str:
        """The Markdown shown at a position, or ""."""
        answer = self._at("textDocument/hover", text, line, column)
        return str(answer["contents"]["value"]) if answer else ""

    def open(self, text: str, folder: Path | None = None) -> str:
        """Open a file of this text; returns its URI. Its name is new, so that no answer is about an older one."""
        uri = ((folder or self.folder) / f"open-{next(self._numbers)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)
        return uri

    def _at(self, method: str, text: str, line: int, column: int, folder: Path | None = None) -> Any:
        uri = self.open(text, folder)
        return self.ask(method, textDocument={"uri": uri}, position={"line": line, "character": column})

    # --- the protocol ---

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a request and wait for its result. Raises `queue.Empty` when none comes in time."""
        number = next(self._numbers)
        self._answers[number] = queue.Queue()
        self._send(id=number, method=method, params=parameters)
        answer = self._answers[number].get(timeout=TIMEOUT)
        assert "error" not in answer, answer["error"]
        return answer.get("result")

    def tell(self, method: str, **parameters: Any) -> None:
        """Send a notification."""
        self._send(method=method, params=parameters)

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        with self._lock:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stream.readline()
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._told.put(message["params"])
        elif method == "workspace/configuration":
            wanted = [SETTINGS.get(item.get("section", ""), {}) for item in message["params"]["items"]]
            self._send(id=message["id"], result=wanted)
        elif method and "id" in message:
            self._send(id=message["id"], result=None)
        elif message.get("id") in self._answers:
            self._answers[message["id"]].put(message)
