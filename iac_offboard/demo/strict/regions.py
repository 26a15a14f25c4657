"""Regions that an account has not enabled: listed as such, and refused."""

from __future__ import annotations

from collections.abc import Iterable

from iac_offboard.demo.strict.wire import Reply, Request

# Disabled ones that DescribeRegions(AllRegions=true) shows beside the enabled.
OPT_IN = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")
NO_INSTANCE = Reply(
    status=200, body=b'{"Instances":[]}', headers=(("Content-Type", "application/x-amz-json-1.1"),)
)
GLOBAL_SERVICES = frozenset({"iam", "organizations", "sts"})


def describe(request: Request, enabled: Iterable[str]) -> Reply:
    """ec2:DescribeRegions."""
    wanted = {v for k, v in request.params.items() if k.startswith("RegionName.")}
    rows = [(name, "opt-in-not-required") for name in enabled]
    if request.param("AllRegions") == "true":
        rows += [(n, "not-opted-in") for n in OPT_IN if n not in dict(rows)]
    items = "".join(
        f"<item><regionName>{name}</regionName>"
        f"<regionEndpoint>ec2.{name}.amazonaws.com</regionEndpoint>"
        f"<optInStatus>{status}</optInStatus></item>"
        for name, status in rows
        if not wanted or name in wanted
    )
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    text = (
        f'<DescribeRegionsResponse xmlns="{namespace}"><requestId>strict</requestId>'
        f"<regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
    )
    return Reply(status=200, body=text.encode())


def is_refused(request: Request, enabled: Iterable[str]) -> bool:
    return request.service not in GLOBAL_SERVICES and request.region not in enabled
