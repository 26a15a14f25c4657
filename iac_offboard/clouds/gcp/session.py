"""The one place where Google Cloud is called: who we are, retries, paging, counting.

Our time budget rules the retries; the client's own are switched off (``num_retries=0``), because
they count tries and know no Retry-After. An ``httplib2`` connection is not thread-safe
("Thread Safety", google-api-python-client): each thread has its own.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import google.auth
import google_auth_httplib2
import httplib2
from google.auth import exceptions as auth
from google.auth import impersonated_credentials
from googleapiclient import discovery

from iac_offboard.clouds.gcp.operations import Operation, operation
from iac_offboard.clouds.gcp.translate import SDK_ERRORS, Asked, retry_after, translate
from iac_offboard.clouds.reply import Data, Reply, text
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CloudError

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
AMBIENT = "application-default credentials"
ENDPOINTS = "CLOUDSDK_API_ENDPOINT_OVERRIDES_"
"""What the variables begin with by which gcloud's own users point an API elsewhere
("gcloud topic configurations", api_endpoint_overrides); the value holds the service path."""

READ_TIMEOUT = 60
SEARCHES_PER_MINUTE = 400
"""Searches of Cloud Asset in a minute and project ("Quotas and limits", Cloud Asset)."""
_MINUTE = 60.0


class Rate:
    """At most ``limit`` calls in any minute; whoever comes too early waits."""

    def __init__(self, limit: int, timing: Timing) -> None:
        self._limit = limit
        self._timing = timing
        self._made: deque[float] = deque()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when one more call may be made."""
        while True:
            with self._lock:
                now = self._timing.clock()
                while self._made and now - self._made[0] >= _MINUTE:
                    self._made.popleft()
                if len(self._made) < self._limit:
                    self._made.append(now)
                    return
                pause = _MINUTE - (now - self._made[0])
            self._timing.sleep(pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A method of a discovery document: what is called, what that needs, and how it is spelled."""

    api: str
    version: str
    path: tuple[str, ...]
    permissions: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, row: Operation) -> Called:
        return cls(
            api=row.api,
            version=row.version,
            path=row.path,
            permissions=row.permissions,
            name=row.name,
        )


class _Local(threading.local):
    # No slots: threads would share what is in one ("threading.local", its module's text).
    http: object = None


@dataclass(slots=True, kw_only=True)
class GcpSession:
    """One way in to Google Cloud. Thread-safe; it counts all requests.

    ``caller`` is the e-mail that the calls are made as where the credentials know it, else
    ``AMBIENT``; ``project`` the project that they belong to, "" where they name none.
    """

    credentials: object = field(repr=False)
    caller: str
    project: str = ""
    timing: Timing = field(default_factory=Timing)
    _services: dict[tuple[str, str], object] = field(default_factory=dict, repr=False)
    _counts: Counter[str] = field(default_factory=Counter, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _local: _Local = field(default_factory=_Local, repr=False)
    _searches: Rate = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._searches = Rate(SEARCHES_PER_MINUTE, self.timing)

    @property
    def requests(self) -> Mapping[str, int]:
        """How many HTTP requests were sent by method, retries included."""
        with self._lock:
            return dict(self._counts)

    def call(self, name: str, /, *, account: str, **params: object) -> Reply:
        """One call of the method ``name`` of the table; ``params`` as the client spells them.

        Raises errors.CloudError or one of its kinds, with the client's error as the cause;
        LookupError when the method is not in the table.
        """
        return self.make(Called.of(operation(name)), account=account, **params)

    def pages(
        self, name: str, /, *, account: str, body: Data | None = None, **params: object
    ) -> Iterator[Reply]:
        """Every page of a list. A page that fails is retried with its own token. Raises as
        ``call``, also in the middle: what was yielded is then not the whole list."""
        token = ""
        while True:
            page: dict[str, object] = dict(params)
            if body is not None:
                page["body"] = {**body, **({"pageToken": token} if token else {})}
            elif token:
                page["pageToken"] = token
            reply = self.call(name, account=account, **page)
            yield reply
            token = text(reply.data, "nextPageToken")
            if not token:
                return

    def make(
        self, called: Called, /, *, account: str, if_match: object = "", **params: object
    ) -> Reply:
        """One call of a method; of one that is not in the table only for ``policies``. With
        ``if_match`` it fails where the thing has another etag."""
        method = self._method(called)
        asked = Asked(called.name, called.permissions, f"gcp:{account}", self.caller)

        def attempt() -> object:
            if called.api == "cloudasset" and called.path[-1].startswith("search"):
                self._searches.wait()
            with self._lock:
                self._counts[called.name] += 1
            request: object = method(**params)
            headers: object = getattr(request, "headers", None)
            if if_match and isinstance(headers, dict):
                headers["If-Match"] = if_match
            execute: Callable[..., object] = getattr(request, "execute")  # noqa: B009
            return execute(http=self._http(), num_retries=0)

        data = self._until_budget(attempt, asked)
        # Methods that delete answer with nothing at all.
        return Reply(
            operation=called.name,
            account=account,
            region="",
            caller=self.caller,
            at=self.timing.now(),
            request_id="",
            data=data if isinstance(data, dict) else {},
        )

    def _until_budget(self, attempt: Callable[[], object], asked: Asked) -> object:
        timing = self.timing
        start = timing.clock()
        tries = 0
        while True:
            try:
                return attempt()
            except SDK_ERRORS as error:
                ours, retry = translate(error, asked)
                tries += 1
                wait = timing.delay(tries, retry, timing.clock() - start, retry_after(error))
                if wait is None:
                    raise ours from error
            timing.sleep(wait)

    def _method(self, called: Called) -> Callable[..., object]:
        found = self._service(called.api, called.version)
        for part in called.path[:-1]:
            collection: Callable[[], object] = getattr(found, part)
            found = collection()
        method: Callable[..., object] = getattr(found, called.path[-1])
        return method

    def _service(self, api: str, version: str) -> object:
        with self._lock:
            found = self._services.get((api, version))
            if found is None:
                endpoint = _endpoint(api)
                found = discovery.build(
                    api,
                    version,
                    http=self._http(),
                    static_discovery=True,
                    cache_discovery=False,
                    client_options={"api_endpoint": endpoint} if endpoint else None,
                )
                self._services[api, version] = found
            return found

    def _http(self) -> object:
        if self._local.http is None:
            self._local.http = google_auth_httplib2.AuthorizedHttp(
                self.credentials, http=httplib2.Http(timeout=READ_TIMEOUT)
            )
        return self._local.http


def _endpoint(api: str) -> str:
    """Where the user has this API, "" for Google's own place."""
    return os.environ.get(f"{ENDPOINTS}{api.upper()}", "")


def open_session(*, impersonate: str = "", timing: Timing | None = None) -> GcpSession:
    """A session by the application-default credentials ("How Application Default Credentials
    works"), or by a service account that these may act as.

    Raises ``CredentialsError`` where there are none.
    """
    asked = Asked("google.auth.default", (), "gcp", AMBIENT)
    try:
        credentials, project = google.auth.default(scopes=SCOPES)
    except (auth.GoogleAuthError, OSError) as error:
        ours: CloudError = translate(error, asked)[0]
        raise ours from error
    if impersonate:
        endpoint = _endpoint("iamcredentials")
        method = f"{endpoint}v1/projects/-/serviceAccounts/{impersonate}:generateAccessToken"
        credentials = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
            source_credentials=credentials,
            target_principal=impersonate,
            target_scopes=list(SCOPES),
            iam_endpoint_override=method if endpoint else None,
        )
    email = impersonate or getattr(credentials, "service_account_email", "")
    known = isinstance(email, str) and "@" in email
    return GcpSession(
        credentials=credentials,
        caller=email if known else AMBIENT,
        project=project or "",
        timing=timing or Timing(),
    )
