// Claude Code's `claude mcp list`.
import { writeFileSync } from "node:fs";
import { bin, brokenCommand, checkMcpList, finish, home, run, target } from "./checks.mjs";

const place = home();
Object.assign(place.env, { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" });
const stdio = ([command, ...args]) => ({ type: "stdio", command, args });
const mcpServers = { broken: stdio(brokenCommand) };
if (target.stdio) mcpServers.stdio = stdio(target.stdio);
if (target.http) mcpServers.http = { type: "http", url: target.http };
if (target.sse) mcpServers.sse = { type: "sse", url: target.sse };
writeFileSync(`${place.HOME}/.claude.json`, JSON.stringify({ mcpServers }));

const kinds = Object.keys(mcpServers).filter((name) => name !== "broken");
const listed = await run(`${bin}/claude`, ["mcp", "list"], place);
await checkMcpList("claude", kinds, listed, (name) => `(?m:^${name}: .*✔ Connected)`, (name) => `(?m:^${name}: .*✘)`);
finish();
