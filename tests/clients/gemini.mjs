// Gemini CLI's `gemini mcp list`.
import { mkdirSync, writeFileSync } from "node:fs";
import { bin, brokenCommand, checkMcpList, finish, home, run, target } from "./checks.mjs";

const place = home();
const stdio = ([command, ...args]) => ({ command, args });
const mcpServers = { broken: stdio(brokenCommand) };
if (target.stdio) mcpServers.stdio = stdio(target.stdio);
if (target.http) mcpServers.http = { type: "http", url: target.http };
if (target.sse) mcpServers.sse = { type: "sse", url: target.sse };
const settings = {
  mcpServers,
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};
mkdirSync(`${place.HOME}/.gemini`);
writeFileSync(`${place.HOME}/.gemini/settings.json`, JSON.stringify(settings));
// It connects to no server of a folder that is not trusted.
writeFileSync(`${place.HOME}/.gemini/trustedFolders.json`, JSON.stringify({ [place.HOME]: "TRUST_FOLDER" }));

const kinds = Object.keys(mcpServers).filter((name) => name !== "broken");
const listed = await run(`${bin}/gemini`, ["mcp", "list"], place);
await checkMcpList("gemini", kinds, listed, (name) => `(?m:^✓ ${name}: .* - Connected)`, (name) => `(?m:^✗ ${name}: .* - Disconnected)`);
finish();
