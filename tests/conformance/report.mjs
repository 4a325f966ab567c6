// Reads what the runs of the suite have written down, prints it as a table, and judges it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

// A check that may be skipped, and why that hides nothing.
const maySkip = {
  // The suite looks for it on a stream where no server sends it. tests/e2e/tasks/notifications.rs has it.
  "tasks-status-notifications": "skipped by the suite for every server",
};

const fine = ["SUCCESS", "INFO"];
const root = process.argv[2];
const runs = readdirSync(root)
  .filter((name) => name.endsWith(".expected"))
  .map((name) => name.slice(0, -".expected".length));
const rows = new Map();
const words = [];
let passed = 0;
let failed = 0;

for (const run of runs) {
  const found = checksOf(join(root, run));
  const expected = readFileSync(join(root, `${run}.expected`), "utf8").split("\n").filter(Boolean);
  if (expected.length === 0) fault(run, "-", "the suite has no scenario for this run");
  for (const scenario of new Set([...expected, ...found.keys()])) {
    const checks = found.get(scenario);
    if (!rows.has(scenario)) rows.set(scenario, new Map());
    rows.get(scenario).set(run, judge(run, scenario, checks));
  }
}

print();
console.log(`conformance: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

// Every check of a run, by its scenario.
function checksOf(folder) {
  const found = new Map();
  if (!existsSync(folder)) return found;
  for (const entry of readdirSync(folder)) {
    const file = join(folder, entry, "checks.json");
    if (!existsSync(file)) continue;
    const scenario = entry.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT.*$/, "");
    found.set(scenario, [...(found.get(scenario) ?? []), ...JSON.parse(readFileSync(file, "utf8"))]);
  }
  return found;
}

// One cell of the table; what is wrong is put into words.
function judge(run, scenario, checks) {
  if (!checks || !checks.some((check) => check.status !== "INFO")) {
    fault(run, scenario, checks ? "nothing was checked" : "the scenario did not run");
    return "NONE";
  }
  const counts = {};
  for (const check of checks) {
    const skip = check.status === "SKIPPED" && maySkip[check.id];
    const status = skip ? "skip" : check.status;
    counts[status] = (counts[status] ?? 0) + 1;
    if (fine.includes(check.status) || skip) {
      passed += check.status === "SUCCESS" ? 1 : 0;
    } else {
      fault(run, scenario, `${check.status} ${check.id}: ${check.errorMessage ?? check.description}`);
    }
  }
  const { SUCCESS = 0, INFO, ...others } = counts;
  return [`${SUCCESS}`, ...Object.entries(others).map(([status, count]) => `${count} ${status}`)].join(", ");
}

function fault(run, scenario, what) {
  failed += 1;
  words.push(`FAIL [${run}] ${scenario}\n     ${what.replaceAll("\n", "\n     ")}`);
}

function print() {
  const cell = (row, run) => row.get(run) ?? "";
  const first = Math.max(8, ...[...rows.keys()].map((name) => name.length));
  const widths = runs.map((run) => Math.max(run.length, ...[...rows.values()].map((row) => cell(row, run).length)));
  const line = (name, cells) =>
    console.log([name.padEnd(first), ...cells.map((text, at) => text.padEnd(widths[at]))].join("  ").trimEnd());
  line("scenario", runs);
  for (const [name, row] of rows) line(name, runs.map((run) => cell(row, run)));
  const seconds = runs.map((run) => join(root, run, "seconds"));
  line("seconds", seconds.map((file) => (existsSync(file) ? readFileSync(file, "utf8").trim() : "")));
  for (const text of words) console.log(text);
}
