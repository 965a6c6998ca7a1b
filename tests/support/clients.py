"""Two ways into Odoo over HTTP: the JSON-2 API, and the session of a browser."""

import json

import requests

SECONDS = 120


class ApiError(Exception):
    """An answer that is an error: HTTP status, Odoo's exception name, its message."""

    def __init__(self, status, name, message):
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message


class AccessDenied(ApiError):
    """The caller may not do this."""


class Refused(ApiError):
    """Odoo said no, with a sentence for the user."""


class ServerError(ApiError):
    """A failure of the server: a bug, or a retry that was exhausted."""


def _error(status, name, message):
    """Return the typed error of an answer."""
    short = name.rpartition(".")[2]
    if short in ("AccessError", "AccessDenied") or status in (401, 403):
        return AccessDenied(status, name, message)
    if short in ("UserError", "ValidationError", "MissingError", "RedirectWarning"):
        return Refused(status, name, message)
    return ServerError(status, name, message)


class Json2:
    """Odoo's JSON-2 API as the owner of an API key."""

    def __init__(self, url, key):
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"
        self.session.headers["Content-Type"] = "application/json"

    def call(self, model, method, ids=None, **arguments):
        """Call a public method; `ids` are the records it is called on."""
        body = arguments if ids is None else {"ids": _ids(ids), **arguments}
        answer = self.session.post(
            f"{self.url}/json/2/{model}/{method}",
            # not json=: what is no JSON, as NaN, has to reach the server as well
            data=json.dumps(body),
            timeout=SECONDS,
        )
        if answer.ok:
            return answer.json()
        try:
            error = answer.json()
        except ValueError:
            error = {"name": "no JSON", "message": answer.text[:500]}
        raise _error(answer.status_code, error["name"], error["message"])


class Records:
    """Records of a model seen by a user: its public methods are the attributes."""

    def __init__(self, client, model, ids=None):
        self._client = client
        self._model = model
        self._ids = ids

    def __getattr__(self, method):
        def call(**arguments):
            return self._client.call(self._model, method, self._ids, **arguments)

        return call


class WebSession:
    """The calls Odoo's web client makes, logged in with a password."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.session = requests.Session()
        self.info = self.post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def call(self, model, method, ids=None, args=(), **arguments):
        """Call a method as a button or a view does."""
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [*([] if ids is None else [_ids(ids)]), *args],
                "kwargs": arguments,
            },
        )

    def post(self, path, params):
        """Post JSON-RPC to a route and return the result."""
        answer = self.session.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=SECONDS,
        )
        answer.raise_for_status()
        content = answer.json()
        if "error" in content:
            data = content["error"].get("data", {})
            raise _error(
                content["error"]["code"], data.get("name", ""), data.get("message", "")
            )
        return content.get("result")


def _ids(ids):
    """Return a list of ids; one number is a list of one."""
    return [ids] if isinstance(ids, int) else list(ids)
