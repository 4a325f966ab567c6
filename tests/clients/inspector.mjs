// The MCP Inspector's command line, one process a request, in its three eras.
import { assert, bin, check, finish, home, run, target, walk } from "./checks.mjs";

const place = home();

async function inspect(kind, era, method, ...args) {
  const to = kind === "stdio" ? target.stdio : [target.http, "--transport", "http"];
  const options = ["--protocol-era", era, "--format", "json", "--stored-auth-only", "--connect-timeout", "10000"];
  const { code, stdout, stderr } = await run(`${bin}/mcp-inspector`, ["--cli", ...to, ...options, "--method", method, ...args], place);
  // 5 is its exit code for a tool's own failure, whose result it prints all the same.
  assert(code === 0 || (code === 5 && stdout), `exit code ${code}: ${stdout} ${stderr}`);
  return JSON.parse(stdout).result;
}

async function drive(kind) {
  for (const era of ["legacy", "auto", "modern"]) {
    const label = `inspector ${era} ${kind}`;
    const server = await check(label, "connect", () => inspect(kind, era, "initialize"));
    if (!server) continue;
    const client = {
      protocol: async () => server.protocolVersion,
      listTools: () => inspect(kind, era, "tools/list"),
      callTool: (name, args) => inspect(kind, era, "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)),
      listTemplates: () => inspect(kind, era, "resources/templates/list"),
      readResource: (uri) => inspect(kind, era, "resources/read", "--uri", uri),
      getPrompt: (name, args) =>
        inspect(kind, era, "prompts/get", "--prompt-name", name, "--prompt-args", ...Object.entries(args).map(([k, v]) => `${k}=${v}`)),
    };
    await walk(label, client, era === "legacy" ? "legacy" : "modern");
  }
  await check(`inspector ${kind}`, "tools/list --strict: every schema is portable", () => inspect(kind, "auto", "tools/list", "--strict"));
}

// Starting a process for every request is what takes the time, so both transports at once.
await Promise.all(["stdio", "http"].filter((kind) => target[kind]).map(drive));
finish();
