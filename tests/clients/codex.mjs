// Codex, through its `app-server`: its `mcp list` shows only the settings, while this one connects, lists, calls and reads.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { assert, bin, brokenCommand, check, finish, home, target, walk } from "./checks.mjs";

const place = home();
// JSON strings and arrays of strings are TOML too. The model provider is one that nobody listens at.
const command = ([program, ...args]) => `command = ${JSON.stringify(program)}\nargs = ${JSON.stringify(args)}\n`;
const servers = { broken: command(brokenCommand) };
if (target.stdio) servers.stdio = command(target.stdio);
if (target.http) servers.http = `url = ${JSON.stringify(target.http)}\n`;
const settings = `
model_provider = "nobody"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.nobody]
name = "nobody"
base_url = "http://127.0.0.1:1"
`;
mkdirSync(`${place.HOME}/.codex`);
writeFileSync(
  `${place.HOME}/.codex/config.toml`,
  settings + Object.entries(servers).map(([name, server]) => `[mcp_servers.${name}]\n${server}`).join(""),
);

const codex = spawn(`${bin}/codex`, ["app-server"], { cwd: place.HOME, env: place.env, stdio: ["pipe", "pipe", "ignore"] });
const waiting = new Map();
const send = (message) => codex.stdin.write(`${JSON.stringify(message)}\n`);
createInterface({ input: codex.stdout }).on("line", (line) => {
  const { id, method, result, error } = JSON.parse(line);
  if (method !== undefined) return;
  const { resolve, reject } = waiting.get(id);
  if (error) reject(new Error(JSON.stringify(error)));
  else resolve(result);
});
codex.on("exit", (code) => waiting.forEach(({ reject }) => reject(new Error(`codex ended with ${code}`))));
const request = (method, params) =>
  new Promise((resolve, reject) => {
    const id = waiting.size;
    waiting.set(id, { resolve, reject });
    send({ id, method, params });
  });

const thread = await check("codex", "a thread starts", async () => {
  await request("initialize", { clientInfo: { name: "clients", version: "1" } });
  send({ method: "initialized" });
  return (await request("thread/start", { cwd: place.HOME })).thread.id;
});
const status = async (name) => (await request("mcpServerStatus/list", {})).data.find((server) => server.name === name);

for (const server of ["stdio", "http"].filter((kind) => target[kind])) {
  const seen = await check(`codex ${server}`, "connect", async () => {
    const seen = await status(server);
    assert(!seen.toolsError, seen.toolsError);
    return seen;
  });
  if (!seen) continue;
  const client = {
    listTools: async () => ({ tools: Object.values(seen.tools) }),
    callTool: (tool, args) => request("mcpServer/tool/call", { server, threadId: thread, tool, arguments: args }),
    listTemplates: async () => seen,
    readResource: (uri) => request("mcpServer/resource/read", { server, threadId: thread, uri }),
  };
  await walk(`codex ${server}`, client);
}
await check("codex", "a broken server is not connected", async () => assert((await status("broken")).toolsError, "no error"));
codex.kill();
await once(codex, "exit");
finish();
