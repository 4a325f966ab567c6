// The client of @modelcontextprotocol/sdk, version 1: stdio, Streamable HTTP, and HTTP+SSE.
import { finish, require, target, walkSdk } from "./checks.mjs";

const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { SSEClientTransport } = require("@modelcontextprotocol/sdk/client/sse.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");

const transports = {
  stdio: ([command, ...args]) => new StdioClientTransport({ command, args }),
  http: (url) => new StreamableHTTPClientTransport(new URL(url)),
  sse: (url) => new SSEClientTransport(new URL(url)),
};

for (const kind of ["stdio", "http", "sse"].filter((kind) => target[kind])) {
  const client = new Client({ name: "typescript-v1", version: "1" });
  const transport = transports[kind](target[kind]);
  let version;
  // The client has no getter for what it negotiated; it tells each transport that asks.
  transport.setProtocolVersion = ((tell) => (negotiated) => {
    version = negotiated;
    tell?.call(transport, negotiated);
  })(transport.setProtocolVersion);
  const callTool = (params, options) => client.callTool(params, undefined, options);
  const protocol = kind === "sse" ? undefined : "legacy";
  await walkSdk(`typescript-v1 ${kind}`, client, transport, protocol, () => version, callTool);
}
finish();
