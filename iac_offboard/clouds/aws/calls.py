"""The one place where AWS is called: retries, paging, error translation, counting.

Our time budget rules the retries; botocore's own are switched off (``CLIENT_CONFIG``), because
its attempt counts fail on ten throttles in a row or wait for ever (FACTS.md, boto3 retries).
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader
from botocore.paginate import Paginator

from iac_offboard.clouds.aws.operations import GLOBAL_SERVICES, operation
from iac_offboard.clouds.aws.translate import SDK_ERRORS, Asked, translate
from iac_offboard.clouds.reply import Data, Reply
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CloudError

CLIENT_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=16,
    user_agent_extra="iac-offboard",
)

# At DEBUG the SDK prints signed requests and whole answers, AssumeRole's secrets among them.
for _name in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)

# The SDK's service models. Shared, because each copy takes its time and memory to load.
MODELS = create_loader()


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """On whose behalf a call is made: for errors, reads and the journal."""

    account: str
    region: str
    caller: str

    def spelled(self, service: str) -> str:
        """``aws:ACCOUNT`` or ``aws:ACCOUNT:REGION``."""
        if service in GLOBAL_SERVICES or not self.region:
            return f"aws:{self.account}"
        return f"aws:{self.account}:{self.region}"


class Caller:
    """Makes calls. Thread-safe; one for all accounts, so that it can count all requests."""

    def __init__(self, timing: Timing | None = None) -> None:
        self.timing = timing or Timing()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def requests(self) -> Mapping[str, int]:
        """How many HTTP requests were sent by operation (``iam:ListAccessKeys``), retries
        included."""
        with self._lock:
            return dict(self._counts)

    def call(self, client: object, service: str, name: str, where: Where, params: Data) -> Reply:
        """One call of ``service``'s API operation ``name`` (``ListAccessKeys``).

        Raises errors.CloudError or one of its kinds, with botocore's error as the cause;
        LookupError when the operation is not in the table.
        """
        row = operation(service, name)
        method: Callable[..., object] = getattr(client, xform_name(name))
        data = self._until_budget(
            lambda: method(**params), Asked(row.action, where.spelled(service), where.caller)
        )
        return self._reply(row.action, service, where, data)

    def pages(
        self,
        client: object,
        service: str,
        name: str,
        where: Where,
        params: Data,
        page_size: int | None = None,
    ) -> Iterator[Reply]:
        """Every page of a list. A page that fails is retried with its own token, so that a
        throttle on page 19 does not start again at page 1.

        ``page_size`` goes into the operation's own limit (MaxItems, MaxResults ...).
        Raises as ``call``, also in the middle: what was yielded is then not the whole list.
        """
        row = operation(service, name)
        config = _paginators(service).get(name)
        if config is None:
            yield from self._marked(client, service, name, where, params)
            return
        asked = Asked(row.action, where.spelled(service), where.caller)
        method: Callable[..., object] = getattr(client, xform_name(name))
        # The SDK's paginator over OUR method: it knows each API's tokens, we retry each page.
        paginator = Paginator(
            lambda **page: self._until_budget(lambda: method(**page), asked),
            dict(config),
            _operation_model(client, name),
        )
        size: dict[str, object] = {"PageSize": page_size} if page_size else {}
        pages = iter(paginator.paginate(PaginationConfig=size, **params))
        while True:
            try:
                data: object = next(pages)
            except StopIteration:
                return
            except BotoCoreError as error:  # PaginationError: the same token twice
                raise translate(error, asked)[0] from error
            yield self._reply(row.action, service, where, data)

    def _marked(
        self, client: object, service: str, name: str, where: Where, params: Data
    ) -> Iterator[Reply]:
        """IAM's way of paging, for lists that the SDK's model does not know to be paged
        (ListServiceSpecificCredentials); any other reply is the only page."""
        page = params
        while True:
            reply = self.call(client, service, name, where, page)
            yield reply
            marker = reply.data.get("Marker")
            if reply.data.get("IsTruncated") is not True or not marker:
                return
            page = {**params, "Marker": marker}

    def _until_budget(self, attempt: Callable[[], object], asked: Asked) -> object:
        timing = self.timing
        start = timing.clock()
        tries = 0
        while True:
            with self._lock:
                self._counts[asked.action] += 1
            try:
                return attempt()
            except SDK_ERRORS as error:
                ours, retry = translate(error, asked)
                tries += 1
                delay = timing.delay(tries, retry, timing.clock() - start)
                if delay is None:
                    raise ours from error
            timing.sleep(delay)

    def _reply(self, action: str, service: str, where: Where, data: object) -> Reply:
        if not isinstance(data, dict):
            raise CloudError(f"{action} gave no structure back.", operation=action)
        meta = data.get("ResponseMetadata")
        request_id = meta.get("RequestId") if isinstance(meta, dict) else None
        return Reply(
            operation=action,
            account=where.account,
            region="" if service in GLOBAL_SERVICES else where.region,
            caller=where.caller,
            at=self.timing.now(),
            request_id=request_id if isinstance(request_id, str) else "",
            data=data,
        )


@cache
def _paginators(service: str) -> Mapping[str, Mapping[str, object]]:
    """The SDK's own knowledge of which operations page, and by which tokens."""
    model: object = MODELS.load_service_model(service, "paginators-1")
    found = model.get("pagination") if isinstance(model, dict) else None
    return found if isinstance(found, dict) else {}


def _operation_model(client: object, name: str) -> object:
    meta: object = getattr(client, "meta", None)
    service_model: object = getattr(meta, "service_model", None)
    lookup: Callable[[str], object] = getattr(service_model, "operation_model")  # noqa: B009
    return lookup(name)
