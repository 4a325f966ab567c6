"""The `Client` of the Python package `mcp`, in its modes legacy and auto: stdio, Streamable HTTP, and HTTP+SSE."""

import json
import os
import re
import sys
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client

CHECK_TIMEOUT_S = 20
failed = 0


def passed(label, what):
    print(f"ok   {label}: {what}", flush=True)


def refused(label, what, error):
    global failed
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    failed += 1
    print(f"FAIL {label}: {what}: {type(error).__name__}: {' '.join(str(error).split())[:1000]}", flush=True)


async def check(label, what, body):
    """Runs one check in bounded time and prints its line."""
    try:
        with anyio.fail_after(CHECK_TIMEOUT_S):
            await body()
    except Exception as error:
        refused(label, what, error)
    else:
        passed(label, what)


def require(holds, message):
    if not holds:
        raise AssertionError(message)


def matches(pattern, text):
    require(re.search(pattern, text), f"no match for /{pattern}/ in {text!r}")


async def walk(label, client, expected, protocol):
    """Takes one connected client through the expectations."""

    async def negotiated():
        require(client.protocol_version == expected["protocol"][protocol], f"negotiated {client.protocol_version}")

    async def list_tools():
        names = [tool.name for tool in (await client.list_tools()).tools]
        for name in expected["tools"]:
            require(name in names, f"no tool {name} among {names}")

    async def call_tool(call):
        told = []

        async def progress(_progress, _total, message):
            told.append(message or "")

        asked = progress if "progress" in call else None
        result = await client.call_tool(call["tool"], call["arguments"], progress_callback=asked)
        text = "\n".join(block.text for block in result.content if block.type == "text")
        require(bool(result.is_error) == call.get("isError", False), f"is_error is {result.is_error}: {text}")
        matches(call["expect"], text)
        if "progress" in call:
            matches(call["progress"], "".join(told))
        structured = json.dumps(result.structured_content, separators=(",", ":"), ensure_ascii=False)
        if "structured" in call:
            matches(call["structured"] or "^null$", structured)

    async def list_templates():
        templates = [template.uri_template for template in (await client.list_resource_templates()).resource_templates]
        require(expected["template"] in templates, f"no template {expected['template']} among {templates}")

    async def read_resource():
        contents = (await client.read_resource(expected["resource"]["uri"])).contents
        require(len(contents) == 1 and str(contents[0].uri) == expected["resource"]["uri"], f"contents {contents}")
        matches(expected["resource"]["expect"], contents[0].text)

    async def get_prompt():
        messages = (await client.get_prompt(expected["prompt"]["name"], expected["prompt"]["arguments"])).messages
        matches(expected["prompt"]["expect"], "\n".join(message.content.text for message in messages))

    if protocol in expected.get("protocol", {}):
        await check(label, f"protocol {expected['protocol'][protocol]}", negotiated)
    await check(label, "tools/list", list_tools)
    for call in expected["calls"]:
        refused = ", refused" if call.get("isError") else ""
        await check(label, f"tools/call {call['tool']}{refused}", lambda call=call: call_tool(call))
    if "template" in expected:
        await check(label, "resources/templates/list", list_templates)
    await check(label, "resources/read", read_resource)
    await check(label, "prompts/get", get_prompt)


async def drive(label, server, mode, protocol):
    token = f"{re.sub(r'[^0-9A-Za-z]+', '-', label)}-{os.getpid()}"
    expected = json.loads(Path(os.environ["CLIENTS_EXPECT"]).read_text().replace("{token}", token))
    stage = "connect"
    try:
        async with Client(server, mode=mode, read_timeout_seconds=CHECK_TIMEOUT_S) as client:
            passed(label, stage)
            await walk(label, client, expected, protocol)
            stage = "close"
        passed(label, stage)
    except Exception as error:
        refused(label, stage, error)


async def main():
    command = os.environ.get("CLIENTS_STDIO", "").split("\n")
    servers = {
        "stdio": StdioServerParameters(command=command[0], args=command[1:]),
        "http": os.environ.get("CLIENTS_HTTP"),
    }
    for kind, server in servers.items():
        if os.environ.get(f"CLIENTS_{kind.upper()}"):
            await drive(f"python legacy {kind}", server, "legacy", "legacy")
            await drive(f"python auto {kind}", server, "auto", "modern")
    if sse := os.environ.get("CLIENTS_SSE"):
        await drive("python legacy sse", sse_client(sse), "legacy", None)


anyio.run(main)
sys.exit(1 if failed else 0)
