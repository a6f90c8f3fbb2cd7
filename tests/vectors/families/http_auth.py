"""``http_auth.json``: who may ask for what, by address, path and credentials."""

import base64

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.rpc import envelope
from pybytomd.rpc.access.auth import Authenticator
from pybytomd.rpc.access.tokens import CredentialStore, Token
from pybytomd.rpc.errors import NotAuthenticated
from pybytomd.rpc.http_messages import HttpResponse
from pybytomd.rpc.schema.replies import to_json
from pybytomd.store.kv.memory_db import MemoryStore
from tests.vectors.registry import Case, family


def store_with(token: str) -> CredentialStore:
    """The tokens of a node that has one."""
    database = MemoryStore()
    token_id = token.partition(":")[0]
    database.put(token_id.encode(), gojson.dumps(to_json(Token(token_id, token))))
    return CredentialStore(database, ManualClock())


def remote_host(address: str) -> str:
    """The host of ``host:port``."""
    return address.rpartition(":")[0].strip("[]")


@family("http_auth")
def check_http_auth(case: Case, _document: Case) -> None:
    authenticator = Authenticator(store_with(case["token"]), disabled=case["auth_disabled"])
    header = None
    if case["basic_auth"] is not None:
        header = "Basic " + base64.b64encode(case["basic_auth"].encode()).decode()
    try:
        authenticator.check(case["path"], remote_host(case["remote_addr"]), header)
    except NotAuthenticated as error:
        status, body = envelope.refusal(error)
        assert not case["passed"]
        assert (status, body.decode()) == (case["http_status"], case["response_body"])
        assert [HttpResponse(status, body).content_type] == case["response_headers"]["Content-Type"]
    else:
        assert case["passed"]
