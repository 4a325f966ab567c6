"""What is measured: which servers are called how (CELLS), and what of it has a target (ROWS)."""

from dataclasses import dataclass, field

HTTP = ["--http", "{address}"]

# A server's name in the tables, and how it is started. All of HTTP runs on one thread; stdio as each project's own
# examples do. `package` is what has to be built for it.
SERVERS = {
    "hyper": ("bench-floor", ["bench-floor-hyper", *HTTP]),
    "axum": ("bench-floor", ["bench-floor-axum", *HTTP]),
    "blocking": ("bench-floor", ["bench-floor-blocking"]),
    "tokio's pipe": ("bench-floor", ["bench-floor-pipe"]),
    "Disco": ("bench-disco", ["bench-disco-current", *HTTP]),
    "Disco, router": ("bench-disco", ["bench-disco-router", *HTTP]),
    "Disco, main!": ("bench-disco-stdio", ["bench-disco-stdio"]),
    "Disco, 10 tools": ("bench-disco", ["bench-disco-many", "10", *HTTP]),
    "Disco, 1,000 tools": ("bench-disco", ["bench-disco-many", "1000", *HTTP]),
    "rmcp, best": ("bench-rmcp", ["bench-rmcp", *HTTP, "cloned"]),
    "rmcp, JSON": ("bench-rmcp", ["bench-rmcp", *HTTP, "json"]),
    "rmcp, sessions": ("bench-rmcp", ["bench-rmcp", *HTTP, "sessions"]),
    "rmcp, example": ("bench-rmcp", ["bench-rmcp", *HTTP, "example"]),
    "rmcp": ("bench-rmcp", ["bench-rmcp"]),
    "turbomcp": ("bench-turbomcp", ["bench-turbomcp", *HTTP]),
    "turbomcp, stdio": ("bench-turbomcp", ["bench-turbomcp"]),
    "pmcp": ("bench-pmcp", ["bench-pmcp", *HTTP]),
    "pmcp, stdio": ("bench-pmcp", ["bench-pmcp"]),
}
# What the quick round builds.
QUICK = {"bench-floor", "bench-disco", "bench-disco-stdio", "bench-rmcp"}
# Where its endpoint is, if not at /mcp.
PATHS = {"pmcp": "/"}


@dataclass
class Group:
    """One kind of run, against several servers."""

    title: str
    servers: list[str]
    floor: str | None = None
    scenario: str = "calls"
    calls: int = 0
    options: dict = field(default_factory=dict)
    # What a quick round has instead.
    quick: dict = field(default_factory=dict)


ALL_HTTP = ["hyper", "axum", "Disco", "Disco, router", "rmcp, best", "rmcp, JSON", "turbomcp", "pmcp"]
ALL_STDIO = ["blocking", "tokio's pipe", "Disco, main!", "rmcp", "turbomcp, stdio", "pmcp, stdio"]
FEW = {"in_flight": 20, "many": 5}

GROUPS = {
    "http": Group("HTTP, 2026-07-28, JSON, 32 connections", ALL_HTTP, "hyper", calls=20_000, options={"in_flight": 32}),
    "http-1": Group("HTTP, 2026-07-28, JSON, 1 connection", ALL_HTTP, "hyper", calls=2_000),
    "http-64": Group(
        "HTTP, 2026-07-28, JSON, 64 connections",
        ["hyper", "Disco", "rmcp, best"],
        "hyper",
        calls=20_000,
        options={"in_flight": 64},
    ),
    "http-legacy": Group(
        "HTTP, 2025-11-25, a session's calls, 32 connections",
        ["hyper", "axum", "Disco", "Disco, router", "rmcp, sessions", "rmcp, best", "turbomcp", "pmcp"],
        "hyper",
        calls=20_000,
        options={"in_flight": 32, "era": "legacy"},
    ),
    "sse": Group(
        "HTTP, 2026-07-28, SSE: a report, then the answer; the handler never waits, 32 connections",
        ["Disco", "Disco, router", "rmcp, sessions"],
        calls=10_000,
        options={"in_flight": 32, "tool": "report"},
    ),
    "sse-wait": Group(
        "The same; the handler waits in between",
        ["Disco", "Disco, router", "rmcp, sessions"],
        calls=10_000,
        options={"in_flight": 32, "tool": "report_and_wait"},
    ),
    "sse-1": Group(
        "HTTP, 2026-07-28, SSE, 1 connection",
        ["Disco", "Disco, router", "rmcp, sessions", "rmcp, example"],
        calls=100,
        options={"tool": "report"},
    ),
    "list": Group(
        "HTTP, 2026-07-28, `tools/list` of 22 tools, 32 connections",
        ["hyper", "Disco", "Disco, router", "rmcp, best", "turbomcp", "pmcp"],
        "hyper",
        calls=10_000,
        options={"in_flight": 32, "tool": "list"},
    ),
    "many-10": Group("`add` among 10 tools", ["Disco, 10 tools"], calls=20_000, options={"in_flight": 32}),
    "many-1000": Group("`add` among 1,000 tools", ["Disco, 1,000 tools"], calls=20_000, options={"in_flight": 32}),
    "many-list-10": Group(
        "`tools/list` of 10 tools", ["Disco, 10 tools"], calls=5_000, options={"in_flight": 32, "tool": "list", "tools": 10}
    ),
    "many-list-1000": Group(
        "`tools/list` of 1,000 tools",
        ["Disco, 1,000 tools"],
        calls=500,
        options={"in_flight": 32, "tool": "list", "tools": 1000},
    ),
    "stdio-1": Group("stdio, 2026-07-28, 1 in flight", ALL_STDIO, "blocking", calls=5_000),
    "stdio": Group("stdio, 2026-07-28, 64 in flight", ALL_STDIO, "blocking", calls=50_000, options={"in_flight": 64}),
    "stdio-legacy": Group(
        "stdio, 2025-11-25, 64 in flight", ALL_STDIO, "blocking", calls=50_000, options={"in_flight": 64, "era": "legacy"}
    ),
    "stdio-nap": Group(
        "stdio, 2026-07-28, 64 in flight, handlers that wait for 1 ms",
        ["Disco, main!", "rmcp"],
        calls=10_000,
        options={"in_flight": 64, "tool": "nap"},
    ),
    "stdio-list": Group(
        "stdio, 2026-07-28, `tools/list` of 22 tools",
        ALL_STDIO,
        "blocking",
        calls=3_000,
        options={"in_flight": 8, "tool": "list"},
    ),
    "cold": Group(
        "Cold start to the first answer, HTTP", ["hyper", "Disco", "rmcp, best"], "hyper", scenario="cold", calls=10
    ),
    "cold-stdio": Group(
        "Cold start to the first answer, stdio",
        ["blocking", "Disco, main!", "rmcp"],
        "blocking",
        scenario="cold",
        calls=10,
    ),
    "sessions": Group(
        "Idle sessions of 2025-11-25",
        ["Disco", "rmcp, sessions"],
        scenario="sessions",
        options={"era": "legacy", "many": 4_000},
        quick={"many": 50},
    ),
    "get": Group(
        "Open GET streams of 2025-11-25",
        ["hyper", "axum", "Disco", "Disco, router", "rmcp, sessions"],
        scenario="streams",
        options={"era": "legacy", "many": 7_800},
        quick={"many": 50},
    ),
    "listen": Group(
        "Open `subscriptions/listen` streams of 2026-07-28",
        ["Disco", "Disco, router"],
        scenario="streams",
        options={"many": 7_800},
        quick={"many": 50},
    ),
    "text-1": Group("A text of 10 MiB, echoed once", ["Disco"], scenario="text", calls=1),
    "text-5": Group("The same five times", ["Disco"], scenario="text", calls=5),
    "crowd": Group(
        "Fast calls of 950 connections, without and beside 50 that call a tool that takes 1 s",
        ["Disco", "rmcp, best"],
        scenario="crowd",
        calls=30_000,
        options={"in_flight": 950, "many": 50},
        quick=FEW,
    ),
    "flood": Group(
        "stdio: fast calls, without and beside 256 that take 1 s",
        ["Disco, main!", "rmcp"],
        scenario="flood",
        calls=1_000,
        options={"many": 256},
        quick=FEW,
    ),
}

# What is counted in instructions: callgrind is slow and steady, and needs no rounds.
COUNTED = ["http", "http-legacy", "sse", "sse-wait", "list", "stdio", "stdio-legacy", "stdio-nap"]


@dataclass
class Row:
    """A target. `of` and `to` are `group/server/figure`; without `to` the figure stands for itself."""

    title: str
    of: str
    to: str | None
    target: float
    at_least: bool = False
    unit: str = "×"


def instructions(of, to, title, target):
    return Row(title, f"{of}/instructions", to and f"{to}/instructions", target, unit="×" if to else "instructions")


ROWS = [
    Row("HTTP, JSON, CPU per call, × hyper: `.run()`", "http/Disco/cpu_us", "http/hyper/cpu_us", 1.25),
    Row("as a router under `axum::serve`", "http/Disco, router/cpu_us", "http/hyper/cpu_us", 1.4),
    instructions("http/Disco", None, "user instructions per call: `.run()`", 40_000),
    instructions("http/Disco, router", None, "as a router", 46_000),
    Row("HTTP, 2025-11-25, sealed session, × hyper", "http-legacy/Disco/cpu_us", "http-legacy/hyper/cpu_us", 1.35),
    Row("SSE, the handler never waits, × hyper", "sse/Disco/cpu_us", "http/hyper/cpu_us", 1.5),
    Row("SSE, the handler waits, × hyper", "sse-wait/Disco/cpu_us", "http/hyper/cpu_us", 2.2),
    Row("SSE, 1 connection: p50, × the JSON answer's", "sse-1/Disco/p50_us", "http-1/Disco/p50_us", 1.3),
    Row("HTTP, JSON, CPU, × rmcp in its best setting", "http/Disco/cpu_us", "http/rmcp, best/cpu_us", 1 / 3),
    Row("throughput, × rmcp's", "http/Disco/calls_per_s", "http/rmcp, best/calls_per_s", 3, at_least=True),
    Row("stdio, 1 in flight: p50, × blocking", "stdio-1/Disco, main!/p50_us", "stdio-1/blocking/p50_us", 1.25),
    Row("stdio, 64 in flight: CPU, × blocking", "stdio/Disco, main!/cpu_us", "stdio/blocking/cpu_us", 1.6),
    Row("the same in 2025-11-25", "stdio-legacy/Disco, main!/cpu_us", "stdio-legacy/blocking/cpu_us", 1.6),
    Row("stdio, 64 in flight: CPU, × rmcp", "stdio/Disco, main!/cpu_us", "stdio/rmcp/cpu_us", 1 / 40),
    Row("throughput, × rmcp's", "stdio/Disco, main!/calls_per_s", "stdio/rmcp/calls_per_s", 20, at_least=True),
    Row("stdio, 64 in flight, waiting 1 ms: CPU, × blocking", "stdio-nap/Disco, main!/cpu_us", "stdio/blocking/cpu_us", 3),
    Row("HTTP, `tools/list`: CPU, × hyper", "list/Disco/cpu_us", "list/hyper/cpu_us", 1.15),
    Row("`add` among 1,000 tools, × among 10", "many-1000/Disco, 1,000 tools/cpu_us", "many-10/Disco, 10 tools/cpu_us", 1.05),
    Row(
        "`tools/list` of 1,000, × 100 lists of 10",
        "many-list-1000/Disco, 1,000 tools/cpu_us",
        "many-list-10/Disco, 10 tools/cpu_us",
        100,
    ),
    Row("idle session of 2025-11-25", "sessions/Disco/session_kib", None, 1, unit="KiB"),
    Row("open GET stream: `.run()`", "get/Disco/stream_kib", None, 15, unit="KiB"),
    Row("as a router", "get/Disco, router/stream_kib", None, 24, unit="KiB"),
    Row("open `subscriptions/listen`: `.run()`", "listen/Disco/stream_kib", None, 15, unit="KiB"),
    Row("as a router", "listen/Disco, router/stream_kib", None, 24, unit="KiB"),
    Row("RSS after start, stdio", "stdio-1/Disco, main!/rss_kib", None, 4 * 1024, unit="KiB"),
    Row("RSS after start, HTTP", "http-1/Disco/rss_kib", None, 5.5 * 1024, unit="KiB"),
    Row("cold start, stdio, × blocking", "cold-stdio/Disco, main!/cold_us", "cold-stdio/blocking/cold_us", 1.5),
    Row("cold start, HTTP, × hyper", "cold/Disco/cold_us", "cold/hyper/cold_us", 1.2),
    Row("10 MiB echoed once: peak RSS, × the text", "text-1/Disco/peak_x_text", None, 2.5),
    Row("five times", "text-5/Disco/peak_x_text", None, 6),
    Row("fast calls' p99 beside slow ones, HTTP", "crowd/Disco/with_x_without", None, 2),
    Row("fast calls' p99 beside slow ones, stdio", "flood/Disco, main!/with_x_without", None, 2),
]
