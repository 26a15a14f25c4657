"""The middleware itself: authenticate, refuse what is to be refused, else let moto answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.iam.utils import generate_access_key_id_from_account_id, random_alphanumeric
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from iac_offboard.demo.strict import (
    authorize,
    center_verbs,
    control,
    faults,
    iam_rules,
    iam_verbs,
    instances,
    paging,
    principals,
    redact,
    regions,
    seed,
    sts_verbs,
)
from iac_offboard.demo.strict.callers import AccessKeyPair, Caller, Callers, iam
from iac_offboard.demo.strict.faults import Fault
from iac_offboard.demo.strict.injection import Injection
from iac_offboard.demo.strict.last_use import LastUses
from iac_offboard.demo.strict.ledger import Ledger, is_write
from iac_offboard.demo.strict.wire import Environ, Reply, Request, StartResponse, parse

log = logging.getLogger(__name__)


def _bootstrap_key() -> AccessKeyPair:
    key_id = generate_access_key_id_from_account_id("111122223333", "AKIA")
    return AccessKeyPair(key_id=key_id, secret=random_alphanumeric(40))


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """``root`` is the bootstrap key of the management account, random unless given."""

    management_account: str = "111122223333"
    root: AccessKeyPair = field(default_factory=_bootstrap_key)
    regions: tuple[str, ...] = ("us-east-1", "eu-west-1")
    clock: Callable[[], datetime] = _utc_now


class StrictAws:
    """A WSGI application. moto keeps its state per process: one instance per process at a time.

    ``injection`` makes things go wrong, ``ledger`` says what was asked, ``callers`` knows the
    keys, ``center`` what moto does not keep of Identity Center. All calls are served one after
    the other under one lock, for moto is not thread-safe.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        self.lock = threading.RLock()
        self.injection = Injection()
        self.ledger = Ledger()
        self.last_uses = LastUses()
        self.pages = paging.Pages()
        self.center = center_verbs.Center()
        self.callers = Callers(management=self.config.management_account, root=self.config.root)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.reset()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if str(environ["PATH_INFO"]).startswith(control.PREFIX):
            reply = control.answer(self, environ)
        else:
            reply = self._answer(parse(environ), environ)
        headers = [h for h in reply.headers if h[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(reply.body))))
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]

    # ------------------------------------------------------------------ for tests and the demo

    def reset(self) -> None:
        """An empty cloud again: one account, the bootstrap key, no faults, no counts."""
        with self.lock:
            BackendDict.reset()
            reset_model_data()
            iam_verbs.CREDENTIALS.kept.clear()
            self.callers.accounts = set()
            self.callers.sessions.clear()
            self.injection.clear()
            self.ledger.reset()
            self.last_uses.clear()
            self.pages.forget()
            self.center.clear()
            self.add_account(self.config.management_account, "management")

    def add_account(
        self, account: str, name: str, access_role: str = "OrganizationAccountAccessRole"
    ) -> str:
        """One more account of the organization, with a role of full access that the management
        account may assume; its ARN is returned ("" for the management account itself)."""
        with self.lock:
            self.callers.accounts.add(account)
            seed.aws_policies(account)
            if account == self.config.management_account:
                return ""
            seed.organization_account(self.config.management_account, account, name)
            return seed.access_role(account, self.config.management_account, access_role)

    def seed_users(self, count: int, account: str = "", prefix: str = "user") -> None:
        """``count`` users straight into moto: 20,000 take well under a second."""
        with self.lock:
            seed.users(count, account or self.config.management_account, prefix)
            self.pages.forget(account or self.config.management_account)

    def seed_roles(self, count: int, account: str = "", prefix: str = "role") -> None:
        """``count`` roles that trust the EC2 service."""
        with self.lock:
            seed.roles(count, account or self.config.management_account, prefix)
            self.pages.forget(account or self.config.management_account)

    def provisioned(self, user_id: str, issuer: str) -> None:
        """From now on this user of the identity store is one that ``issuer`` writes (SCIM)."""
        with self.lock:
            self.center.issuers[user_id] = issuer

    def counts(self) -> dict[str, int]:
        """Requests per ``service:Operation`` since the last reset, refused ones included."""
        return dict(self.ledger.by_operation)

    def reset_counts(self) -> None:
        with self.lock:
            self.ledger.reset()

    def set_last_use(
        self, key_id: str, at: datetime | None, service: str = "", region: str = ""
    ) -> None:
        """When an access key was last used (None: never), whatever it is used for from now on."""
        with self.lock:
            self.last_uses.set_key(key_id, at, service, region)

    def set_role_last_used(
        self, name: str, account: str, at: datetime | None, region: str = ""
    ) -> None:
        """The same for a role."""
        with self.lock:
            self.last_uses.set_role(name, account, at, region)
            self.pages.forget(account)

    def set_password_last_used(self, name: str, account: str, at: datetime | None) -> None:
        """The same for a user's password: nobody signs in at this server's console."""
        with self.lock:
            self.last_uses.set_password(name, account, at)

    # ------------------------------------------------------------------ one request

    def _answer(self, request: Request, environ: Environ) -> Reply:
        with self.lock:
            self.ledger.count(request)
            reply, caller, wait = self._decide(request, environ)
            if is_write(request):
                arn, account = (caller.arn, caller.account) if caller else ("", "")
                error = "" if reply.ok else (redact.error_code(reply.body) or str(reply.status))
                self.ledger.wrote(request, arn, account, error)
        if wait:
            self.injection.sleep(wait)
        return reply

    def _decide(self, request: Request, environ: Environ) -> tuple[Reply, Caller | None, float]:
        caller: Caller | None = None
        wait = 0.0
        try:
            caller = self.callers.authenticate(request, self.config.clock())
            self.last_uses.record(request, caller, self.config.clock())
            if regions.is_refused(request, self.config.regions):
                raise faults.unknown_key(request)
            wait = self.injection.refuse(request, caller, write=is_write(request))
            authorize.authorize(request, caller)
            principals.check(request, self.callers.accounts)
            reply = self._serve(request, caller, environ)
        except Fault as fault:
            reply = faults.reply(request, fault)
        except NotImplementedError as gap:
            text = f"{request.operation} is not served: {gap}"
            reply = faults.reply(request, Fault("InvalidAction", text))
        except Exception:  # a fault of moto must reach the client as AWS would say it
            log.exception("moto failed on %s", request.operation)
            text = f"{request.operation} failed inside the server"
            reply = faults.reply(request, Fault("InternalFailure", text, 500))
        return reply, caller, wait

    def _serve(self, request: Request, caller: Caller, environ: Environ) -> Reply:
        if request.service == "sts":
            return sts_verbs.answer(request, caller, self.callers, self.config.clock())
        if request.operation == "ec2:DescribeRegions":
            return regions.describe(request, self.config.regions)
        if request.operation == "sso:ListInstances" and not self._has_center(request, caller):
            return regions.NO_INSTANCE
        if request.service in center_verbs.SERVICES:
            account = caller.account
            return self.center.answer(request, account, lambda: self._forward(environ, account))
        if request.operation == "ec2:DescribeInstances":
            changed = instances.by_instance_id(request, caller.account)
            return self._forward(environ, caller.account, request, changed)
        if request.service != "iam":
            return self._forward(environ, caller.account)
        return self._serve_iam(request, caller, environ)

    def _has_center(self, request: Request, caller: Caller) -> bool:
        """An organization has one Identity Center, in one region; moto invents one in each."""
        home = request.region == self.config.regions[0]
        return home and caller.account == self.config.management_account

    def _serve_iam(self, request: Request, caller: Caller, environ: Environ) -> Reply:
        account = caller.account
        if not is_write(request):
            if request.action in paging.LISTS:
                whole = {"MaxItems": str(paging.EVERYTHING), "Marker": ""}
                return self.pages.serve(
                    request,
                    account,
                    lambda: redact.seeds(self._forward(environ, account, request, whole)),
                )
            if (
                request.action == "GetUser"
                and caller.kind == "root"
                and "UserName" not in request.params
            ):
                return iam_verbs.root_user(request, account)
            if request.action == "GetAccessKeyLastUsed":
                return self.last_uses.answer(request, account)
            own = iam_verbs.answer(request, account)
            return own or self._forward(environ, account)
        self.pages.forget(account)
        iam_rules.before(request, account)
        own = iam_verbs.answer(request, account)
        if own is not None:
            return own
        gone = iam(account).users.get(request.param("UserName"))
        old_arn = gone.arn if gone else ""
        reply = self._forward(environ, account)
        if reply.ok:
            iam_rules.after(request, account, self.callers.accounts, gone)
            if request.action == "UpdateUser" and gone is not None and gone.arn != old_arn:
                principals.replace(old_arn, gone.arn, self.callers.accounts)
        return iam_rules.with_real_ids(request, account, reply)

    def _forward(
        self,
        environ: Environ,
        account: str,
        request: Request | None = None,
        changed: dict[str, str] | None = None,
    ) -> Reply:
        """moto's answer, for the account that the key belongs to."""
        asked = dict(environ)
        asked["HTTP_X_MOTO_ACCOUNT_ID"] = account
        if request is not None and changed is not None:
            redact.with_form(asked, {**request.params, **changed})
        body, status, headers = run_wsgi_app(self._moto, asked)
        return Reply(
            status=int(status.partition(" ")[0]),
            body=b"".join(body),
            headers=tuple((n, v) for n, v in headers.items()),
        )
