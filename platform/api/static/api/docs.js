// The interactive page of the API: draws the operations of the description and sends requests with a token.

const description = JSON.parse(document.getElementById("api-description").textContent);
const root = document.getElementById("api-docs");
const words = JSON.parse(root.dataset.words);
const token = document.getElementById("api-token");
const base = description.servers[0].url;
const REMEMBERED = "shuke-api-token";

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function operations() {
  const found = [];
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) found.push({ path, method, operation });
  }
  return found;
}

function resolve(schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.split("/").slice(1).reduce((place, step) => place[step], description);
}

// An example of what fits a schema: enough to see the shape, short enough to edit.
function example(schema, depth = 0) {
  const shape = resolve(schema);
  if (shape.anyOf) return example(shape.anyOf[0], depth);
  if (shape.enum) return shape.enum[0];
  const type = Array.isArray(shape.type) ? shape.type[0] : shape.type;
  if (type === "object" && shape.properties && depth < 4) {
    return Object.fromEntries(Object.entries(shape.properties).map(([name, inner]) => [name, example(inner, depth + 1)]));
  }
  if (type === "array") return shape.items && depth < 4 ? [example(shape.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return shape.minimum ?? 0;
  if (type === "boolean") return false;
  if (type === "object") return {};
  if (shape["x-options"]) return shape["x-options"][0].code;
  return { date: "2026-01-31", "date-time": "2026-01-31T08:00:00Z", decimal: "0", email: "name@example.com" }[shape.format] ?? "";
}

function list(filter = "") {
  const wanted = filter.trim().toLowerCase();
  const groups = new Map();
  for (const one of operations()) {
    const text = `${one.method} ${one.path} ${one.operation.summary} ${one.operation.tags.join(" ")}`.toLowerCase();
    if (!wanted.split(/\s+/).every((word) => text.includes(word))) continue;
    const tag = one.operation.tags[0];
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push(one);
  }
  const target = document.getElementById("api-operations");
  target.replaceChildren();
  if (!groups.size) target.append(element("p", { class: "text-secondary" }, words.none));
  for (const [tag, entries] of groups) {
    target.append(element("h3", {}, tag));
    for (const one of entries) {
      const id = one.operation.operationId;
      target.append(element(
        "button", { type: "button", class: "api-entry", "data-operation": id, onclick: () => { location.hash = id; } },
        element("span", { class: `api-method api-method-${one.method}` }, one.method.toUpperCase()),
        element("span", { title: one.path }, one.operation.summary),
      ));
    }
  }
  mark();
}

function mark() {
  for (const entry of document.querySelectorAll(".api-entry")) {
    entry.setAttribute("aria-current", String(entry.dataset.operation === location.hash.slice(1)));
  }
}

function field(name, label, hint, input, required) {
  return element(
    "div", { class: "api-parameter" },
    element("label", { class: "form-label", for: name }, label, required ? element("span", { class: "text-danger" }, ` * ${words.required}`) : ""),
    input, hint ? element("div", { class: "form-hint" }, hint) : "",
  );
}

function parameterInput(parameter) {
  const id = `api-parameter-${parameter.name}`;
  const schema = parameter.schema.type === "array" ? parameter.schema.items : parameter.schema;
  const choices = schema.type === "boolean" ? ["true", "false"] : schema.enum;
  const input = choices
    ? element("select", { id, class: "form-select" }, element("option", { value: "" }), ...choices.map((one) => element("option", { value: one }, one)))
    : element("input", { id, class: "form-control", autocomplete: "off" });
  input.dataset.name = parameter.name;
  input.dataset.place = parameter.in;
  return field(id, parameter.name, parameter.description, input, parameter.required);
}

function bodyInputs(content) {
  if (content["application/json"]) {
    const text = element("textarea", { id: "api-body", class: "form-control", rows: "12", spellcheck: "false" });
    text.value = JSON.stringify(example(content["application/json"].schema), null, 2);
    return [field("api-body", words.body, "", text, false)];
  }
  const properties = content["multipart/form-data"].schema.properties;
  return Object.keys(properties).map((name) => {
    const id = `api-part-${name}`;
    const input = name === "file"
      ? element("input", { id, type: "file", class: "form-control" })
      : element(name === "mapping" ? "textarea" : "input", { id, class: "form-control" });
    input.dataset.part = name;
    return field(id, name === "file" ? words.file : name, "", input, name === "file");
  });
}

function show() {
  const one = operations().find(({ operation }) => operation.operationId === location.hash.slice(1));
  const target = document.getElementById("api-operation");
  mark();
  if (!one) return;
  const content = one.operation.requestBody?.content;
  const answer = element("div", { class: "api-answer" });
  target.replaceChildren(
    element("h2", {}, one.operation.summary),
    element("p", {}, element("code", {}, `${one.method.toUpperCase()} ${base}${one.path}`)),
    element(
      "form", { id: "api-form" }, ...one.operation.parameters.map(parameterInput), ...(content ? bodyInputs(content) : []),
      element("button", { type: "submit", class: "btn btn-primary" }, words.send),
    ),
    answer,
  );
  target.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    send(one, target.querySelector("form"), answer);
  });
}

function request(one, form) {
  let path = one.path;
  const query = new URLSearchParams();
  const headers = { Authorization: `Bearer ${token.value.trim()}` };
  for (const input of form.querySelectorAll("[data-name]")) {
    const { name, place } = input.dataset;
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (input.value !== "" && place === "query") query.append(name, input.value);
    else if (input.value !== "") headers[name] = input.value;
  }
  const options = { method: one.method.toUpperCase(), headers, credentials: "omit", cache: "no-store" };
  const text = form.querySelector("#api-body");
  if (text && text.value.trim()) {
    headers["Content-Type"] = "application/json";
    options.body = text.value;
  }
  const parts = form.querySelectorAll("[data-part]");
  if (parts.length) {
    options.body = new FormData();
    for (const part of parts) {
      const value = part.type === "file" ? part.files[0] : part.value;
      if (value) options.body.append(part.dataset.part, value);
    }
  }
  return [`${base}${path}${query.size ? `?${query}` : ""}`, options];
}

async function send(one, form, answer) {
  if (!token.value.trim()) {
    answer.replaceChildren(element("p", { class: "text-danger" }, words.token));
    token.focus();
    return;
  }
  answer.replaceChildren(element("p", { class: "text-secondary" }, words.sending));
  try {
    const [address, options] = request(one, form);
    const response = await fetch(address, options);
    const kind = response.headers.get("Content-Type") || "";
    const told = ["ETag", "Location", "Retry-After", "Idempotency-Replayed"].filter((name) => response.headers.get(name));
    const head = `${response.status} ${response.statusText}\n${told.map((name) => `${name}: ${response.headers.get(name)}`).join("\n")}`;
    const parts = [element("h3", {}, words.answer), element("pre", {}, head.trim())];
    if (kind.includes("json")) {
      const text = await response.text();
      parts.push(element("pre", {}, text ? JSON.stringify(JSON.parse(text), null, 2) : ""));
    } else if (response.status !== 204) {
      const address = URL.createObjectURL(await response.blob());
      parts.push(element("a", { href: address, download: decodeURIComponent((response.headers.get("Content-Disposition") || "").split("''")[1] || "answer") }, words.save));
    }
    answer.replaceChildren(...parts);
  } catch (error) {
    answer.replaceChildren(element("p", { class: "text-danger" }, `${words.failed} ${error.message}`));
  }
}

// The bare address needs a token too, so the link saves what this page already has.
document.getElementById("api-openapi").addEventListener("click", (event) => {
  event.preventDefault();
  const address = URL.createObjectURL(new Blob([JSON.stringify(description, null, 2)], { type: "application/json" }));
  element("a", { href: address, download: "openapi.json" }).click();
});

token.value = sessionStorage.getItem(REMEMBERED) || "";
token.addEventListener("change", () => sessionStorage.setItem(REMEMBERED, token.value));
document.getElementById("api-search").addEventListener("input", (event) => list(event.target.value));
window.addEventListener("hashchange", show);
list();
show();
