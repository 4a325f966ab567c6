// Shows what the server is doing, and follows the log of the job that is looked at.
import { at, make, trouble } from "/pages/dom.js";

const EVERY_MS = 2000;
const MOST_LOG = 400_000;
let followed = null;
let source = null;
let chosen = false;

const badge = (word) => make("span", { class: `badge ${word}` }, word.replaceAll("_", " "));
const time = (text) => make("time", { datetime: text, title: text }, new Date(text).toLocaleString());
const row = (...cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell ?? "")));

function lasting(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

function jobRow(job) {
  const look = make("button", { class: "mono", onclick: () => { chosen = true; follow(job.job_id); } }, job.job_id);
  return row(look, badge(job.status), `${job.steps_done} of ${job.steps}`, time(job.created_at), job.intent);
}

// A word, or the hosts that may be reached.
const reach = (network) => (typeof network === "string" ? network : network.hosts.join(", "));

function sandboxRow(sandbox) {
  const id = make("span", { class: "mono" }, sandbox.sandbox_id);
  return row(id, sandbox.name, badge(sandbox.status), sandbox.backend, reach(sandbox.network), time(sandbox.created_at));
}

function terminalRow(terminal) {
  const mono = (text) => make("span", { class: "mono" }, text);
  const end = terminal.closed_at ? new Date(terminal.closed_at) : new Date();
  const seconds = Math.max(0, Math.floor((end - new Date(terminal.opened_at)) / 1000));
  const lasted = make("time", { datetime: terminal.opened_at, title: terminal.opened_at }, lasting(seconds));
  return row(mono(terminal.terminal_id), badge(terminal.is_open ? "open" : "ended"), mono(terminal.command), mono(terminal.sandbox_id), lasted);
}

function follow(id) {
  if (followed === id) return;
  source?.close();
  followed = id;
  at("log-panel").hidden = false;
  at("log-of").textContent = id;
  at("log").replaceChildren();
  state("live");
  source = new EventSource(`/api/v1/tasks/${encodeURIComponent(id)}/logs/stream`);
  source.addEventListener("log", (event) => write(JSON.parse(event.data)));
  source.addEventListener("done", (event) => { source.close(); state(JSON.parse(event.data).status); refresh(); });
  // An `error` with data is the server's last word; one without is a connection that the browser makes again.
  source.addEventListener("error", (event) => { if (event.data) { source.close(); state("error"); } });
}

function state(word) {
  at("log-state").className = `badge ${word}`;
  at("log-state").textContent = word.replaceAll("_", " ");
}

function write({ stream, text }) {
  const log = at("log");
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(make("span", { class: stream }, text));
  while (log.textContent.length > MOST_LOG) log.firstChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

async function refresh() {
  try {
    const answer = await fetch("/status");
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    show(await answer.json());
    trouble(null);
  } catch (error) {
    trouble(`What is shown may be old: ${error.message}.`);
  }
}

function show(now) {
  at("version").textContent = now.version;
  at("commands").textContent = now.commands_running;
  at("running").textContent = now.jobs_running;
  at("queued").textContent = now.jobs_queued;
  at("count").textContent = now.sandboxes_in_all;
  at("uptime").textContent = lasting(now.uptime_seconds);
  at("jobs").replaceChildren(...now.jobs.map(jobRow));
  at("no-jobs").hidden = now.jobs.length > 0;
  at("terminal-panel").hidden = now.terminals.length === 0;
  at("terminals").replaceChildren(...now.terminals.map(terminalRow));
  at("sandboxes").replaceChildren(...now.sandboxes.map(sandboxRow));
  const running = now.jobs.find((job) => job.status === "running");
  if (running && !chosen) follow(running.job_id);
}

at("mcp").textContent = new URL("/mcp", location).href;
await refresh();
setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
