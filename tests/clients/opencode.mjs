// OpenCode's `opencode mcp list`.
import { bin, brokenCommand, checkMcpList, finish, home, run, target } from "./checks.mjs";

const place = home();
const mcp = { broken: { type: "local", command: brokenCommand } };
if (target.stdio) mcp.stdio = { type: "local", command: target.stdio };
if (target.http) mcp.http = { type: "remote", url: target.http, oauth: false };
Object.assign(place.env, {
  OPENCODE_CONFIG_CONTENT: JSON.stringify({ mcp, autoupdate: false, share: "disabled" }),
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
});

const kinds = Object.keys(mcp).filter((name) => name !== "broken");
const listed = await run(`${bin}/opencode`, ["mcp", "list"], place);
await checkMcpList("opencode", kinds, listed, (name) => `✓ ${name}\\s+connected`, (name) => `✗ ${name}\\s+failed`);
finish();
