// What the JavaScript drivers share: the targets and expectations of a run, and the checks that each client goes through.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";

const CHECK_TIMEOUT_MS = 20_000;
const UNANSWERED_MAX = 2;

export const bin = `${process.env.CLIENTS_TOOLS}/node_modules/.bin`;
export const require = createRequire(`${process.env.CLIENTS_TOOLS}/package.json`);

/** The server under test: `stdio` is its command line, `http` and `sse` are URLs; undefined where there is none. */
export const target = {
  stdio: process.env.CLIENTS_STDIO && process.env.CLIENTS_STDIO.split("\n"),
  http: process.env.CLIENTS_HTTP,
  sse: process.env.CLIENTS_SSE,
};

/** The expectations, with `{token}` replaced, so that no answer can be left over from another client. */
export function expectations(token) {
  return JSON.parse(readFileSync(process.env.CLIENTS_EXPECT, "utf8").replaceAll("{token}", token));
}

let failed = 0;
let unanswered = 0;

/** Runs one check in bounded time and prints its line; gives what `body` gave, or undefined when it failed. */
export async function check(label, what, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      unanswered += 1;
      reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    const value = await Promise.race([body(), late]);
    console.log(`ok   ${label}: ${what}`);
    return value ?? true;
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${label}: ${what}: ${String(error?.message ?? error).replace(/\s+/g, " ").slice(0, 1000)}`);
    if (unanswered === UNANSWERED_MAX) {
      console.log(`FAIL ${label}: given up, ${unanswered} checks had no answer`);
      finish();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the driver: 0 only if every check passed. */
export function finish() {
  process.exit(failed ? 1 : 0);
}

export function assert(holds, message) {
  if (!holds) throw new Error(message);
}

function matches(pattern, text) {
  assert(new RegExp(pattern).test(text), `no match for /${pattern}/ in ${JSON.stringify(text)}`);
}

const token = (label) => `${label.replaceAll(/\W+/g, "-")}-${process.pid}`;

/**
 * Takes one connected client through the expectations. `client` has `listTools`, `callTool(name, arguments, onprogress)`,
 * `readResource(uri)` and, where the client can, `protocol`, `listTemplates`, `getPrompt(name, arguments)`;
 * each gives the result as the specification writes it. `tellsProgress`: it does call `onprogress`.
 */
export async function walk(label, client, protocol) {
  const expected = expectations(token(label));
  if (protocol && expected.protocol?.[protocol]) {
    await check(label, `protocol ${expected.protocol[protocol]}`, async () => {
      const version = await client.protocol();
      assert(version === expected.protocol[protocol], `negotiated ${version}`);
    });
  }
  await check(label, "tools/list", async () => {
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    for (const name of expected.tools) assert(names.includes(name), `no tool ${name} among ${names}`);
  });
  for (const call of expected.calls) {
    await check(label, `tools/call ${call.tool}${call.isError ? ", refused" : ""}`, async () => {
      const told = [];
      const onprogress = call.progress && client.tellsProgress ? ({ message }) => told.push(message) : undefined;
      const result = await client.callTool(call.tool, call.arguments, onprogress);
      const text = result.content.filter((block) => block.type === "text").map((block) => block.text).join("\n");
      assert((result.isError ?? false) === (call.isError ?? false), `isError is ${result.isError}: ${text}`);
      matches(call.expect, text);
      if (onprogress) matches(call.progress, told.join(""));
      const structured = result.structuredContent ?? null;
      if (call.structured) matches(call.structured, JSON.stringify(structured));
      if (call.structured === null) assert(structured === null, `structuredContent is ${JSON.stringify(structured)}`);
    });
  }
  if (client.listTemplates && expected.template) {
    await check(label, "resources/templates/list", async () => {
      const templates = (await client.listTemplates()).resourceTemplates.map((template) => template.uriTemplate);
      assert(templates.includes(expected.template), `no template ${expected.template} among ${templates}`);
    });
  }
  await check(label, "resources/read", async () => {
    const { contents } = await client.readResource(expected.resource.uri);
    assert(contents.length === 1 && contents[0].uri === expected.resource.uri, `contents of ${contents[0]?.uri}`);
    matches(expected.resource.expect, contents[0].text);
  });
  if (client.getPrompt) {
    await check(label, "prompts/get", async () => {
      const { messages } = await client.getPrompt(expected.prompt.name, expected.prompt.arguments);
      matches(expected.prompt.expect, messages.map((message) => message.content.text).join("\n"));
    });
  }
}

/** Connects one of the official SDKs' clients, walks through the expectations and closes it. */
export async function walkSdk(label, client, transport, protocol, version, callTool) {
  if (await check(label, "connect", () => client.connect(transport))) {
    const walker = {
      protocol: async () => version(),
      listTools: () => client.listTools(),
      callTool: (name, args, onprogress) => callTool({ name, arguments: args }, { onprogress }),
      tellsProgress: true,
      listTemplates: () => client.listResourceTemplates(),
      readResource: (uri) => client.readResource({ uri }),
      getPrompt: (name, args) => client.getPrompt({ name, arguments: args }),
    };
    await walk(label, walker, protocol);
  }
  await check(label, "close", () => client.close());
}

/** A throw-away home, which `run` removes, and an environment without the user's settings and keys that leads nowhere but to loopback. */
export function home() {
  const HOME = mkdtempSync(`${tmpdir()}/clients-`);
  const nowhere = "http://127.0.0.1:1";
  const env = {
    HOME,
    PATH: `${bin}:${process.env.PATH}`,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost,::1",
  };
  return { HOME, env };
}

/** Runs a program to its end, in bounded time; gives its exit code and what it printed, without colours. */
export function run(command, args, { HOME, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: HOME, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), CHECK_TIMEOUT_MS - 1_000);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const plain = (text) => text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
      resolve({ code: code ?? signal, stdout: plain(stdout), stderr: plain(stderr) });
    });
  });
}

/**
 * Checks what an agent's `mcp list` says: `connected(name)` and `broken(name)` give the pattern of a server's line.
 * The server `broken`, which ends at once, proves that the agent does connect before it says so.
 */
export async function checkMcpList(agent, kinds, { code, stdout, stderr }, connected, broken) {
  for (const kind of kinds) {
    await check(agent, `mcp list, ${kind} connected`, async () => matches(connected(kind), stdout + stderr));
  }
  await check(agent, "mcp list, a broken server is not connected", async () => matches(broken("broken"), stdout + stderr));
  await check(agent, "mcp list, exit code", async () => assert(code === 0, `${code}`));
}

export const brokenCommand = ["false"];
