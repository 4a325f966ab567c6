// The client of @modelcontextprotocol/client, version 2 of the TypeScript SDK, in each of its negotiation modes.
import { expectations, finish, require, target, walkSdk } from "./checks.mjs";

const { Client, SSEClientTransport, StreamableHTTPClientTransport } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

const transports = {
  stdio: ([command, ...args]) => new StdioClientTransport({ command, args }),
  http: (url) => new StreamableHTTPClientTransport(new URL(url)),
  sse: (url) => new SSEClientTransport(new URL(url)),
};

async function drive(kind, name, mode, protocol) {
  if (!target[kind]) return;
  const client = new Client({ name: "typescript-v2", version: "1" }, { versionNegotiation: { mode } });
  const transport = transports[kind](target[kind]);
  const version = () => client.getNegotiatedProtocolVersion();
  const callTool = (params, options) => client.callTool(params, options);
  await walkSdk(`typescript-v2 ${name} ${kind}`, client, transport, protocol, version, callTool);
}

const modern = expectations("").protocol?.modern;
for (const kind of ["stdio", "http"]) {
  await drive(kind, "legacy", "legacy", "legacy");
  await drive(kind, "auto", "auto", "modern");
  if (modern) await drive(kind, "pinned", { pin: modern }, "modern");
}
await drive("sse", "legacy", "legacy");
finish();
