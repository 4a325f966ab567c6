// Explains REST by its description, and lets one try each operation.
import { at, make, trouble, words } from "/pages/dom.js";

const METHODS = ["get", "post", "put", "delete"];

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  const choices = schema.enum ?? (schema.oneOf ?? []).map((choice) => choice.const).filter(Boolean);
  if (choices.length) return choices.join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return [schema.type ?? "any"].flat().filter((kind) => kind !== "null").join(" | ");
}

function field(name, schema, description, required, input) {
  const facts = `${typeOf(schema)}${required ? ", required" : ""}`;
  return make("label", { class: "field" },
    make("span", {}, make("code", {}, name), make("small", {}, facts)),
    make("span", {}, input, make("small", {}, ...words(description ?? ""))));
}

function parameter(given) {
  const example = given.in === "path" && given.name === "id" ? { value: "default" } : {};
  const input = make("input", { name: given.name, placeholder: String(given.schema.default ?? ""), ...example });
  return [given, input, field(given.name, given.schema, given.description, given.required, input)];
}

function body(schema) {
  const required = new Set(schema.required ?? []);
  const first = Object.fromEntries(Object.entries(schema.properties ?? {})
    .filter(([name]) => required.has(name)).map(([name, { type }]) => [name, type === "array" ? [] : ""]));
  const text = make("textarea", { rows: 6, class: "mono", spellcheck: "false" });
  text.value = JSON.stringify(first, null, 2);
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, property]) => field(name, property, property.description, required.has(name), make("span")));
  return [text, make("div", {}, make("h3", {}, "Body"), ...fields, text)];
}

async function send(method, path, parameters, text, shown) {
  const query = new URLSearchParams();
  for (const [{ name, in: place }, input] of parameters) {
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (input.value !== "") query.set(name, input.value);
  }
  const url = query.size ? `${path}?${query}` : path;
  const options = { method: method.toUpperCase() };
  if (text) Object.assign(options, { headers: { "content-type": "application/json" }, body: text.value });
  else if (method !== "get") options.headers = { "content-type": "application/json" };
  shown.hidden = false;
  shown.textContent = `${options.method} ${url}\n`;
  try {
    const answer = await fetch(url, options);
    shown.append(`${answer.status}\n`);
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    let whole = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const piece = decoder.decode(part.value, { stream: true });
      whole += piece;
      shown.append(piece);
    }
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      shown.textContent = `${options.method} ${url}\n${answer.status}\n${JSON.stringify(JSON.parse(whole), null, 2)}`;
    }
  } catch (error) {
    shown.append(error.message);
  }
}

function operation(path, method, about) {
  const parameters = about.parameters.map(parameter);
  const schema = about.requestBody?.content["application/json"].schema;
  const [text, form] = schema ? body(schema) : [null, null];
  const shown = make("pre", { hidden: "" });
  const answers = Object.entries(about.responses)
    .map(([status, answer]) => make("div", {}, make("code", {}, status), " ", ...words(answer.description)));
  return make("details", { id: about.operationId },
    make("summary", {}, make("span", { class: `method mono ${method}` }, method.toUpperCase()),
      make("code", {}, path), make("span", { class: "what" }, ...words(about.summary))),
    make("div", { class: "inside" },
      parameters.length ? make("h3", {}, "Parameters") : null,
      ...parameters.map(([, , shownField]) => shownField), form,
      make("h3", {}, "Answers"), ...answers,
      make("button", { class: "send", type: "button", onclick: () => send(method, path, parameters, text, shown) }, "Try it"),
      shown));
}

function show(described) {
  at("about").replaceChildren(...words(described.info.description));
  const groups = new Map();
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const method of METHODS.filter((method) => methods[method])) {
      const tag = methods[method].tags[0];
      if (!groups.has(tag)) groups.set(tag, make("section", {}, make("h2", {}, tag)));
      groups.get(tag).append(operation(path, method, methods[method]));
    }
  }
  // What is only about the server itself comes last.
  const last = groups.get("server");
  groups.delete("server");
  at("operations").replaceChildren(...groups.values(), last);
}

function filter() {
  const word = at("filter").value.toLowerCase();
  for (const section of at("operations").children) {
    const found = [...section.querySelectorAll("details")].map((one) => {
      one.hidden = !one.querySelector("summary").textContent.toLowerCase().includes(word);
      return !one.hidden;
    });
    section.hidden = !found.some(Boolean);
  }
}

try {
  show(await (await fetch("/openapi.json")).json());
  at("filter").addEventListener("input", filter);
  const named = location.hash && at(location.hash.slice(1));
  if (named) {
    named.open = true;
    named.scrollIntoView();
  }
} catch (error) {
  trouble(`The description cannot be shown: ${error.message}.`);
}
