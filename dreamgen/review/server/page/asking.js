// What the page asks of the server, and how text becomes elements: as text alone, never as markup.

export class Refused extends Error {
  constructor(told, status) {
    super([told.error, told.hint].filter(Boolean).join(". "));
    this.told = told;
    this.status = status;
  }
}

async function read(answer) {
  let told;
  try {
    told = await answer.json();
  } catch {
    told = { error: `The server says ${answer.status}. Open the address that dreamgen review printed.` };
  }
  if (!answer.ok) throw new Refused(told, answer.status);
  return told;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refused({ error: "dreamgen review does not answer any more; start it again" }, 0);
  }
  return read(answer);
}

export const get = (path, asked = {}) => ask(`${path}?${new URLSearchParams(asked)}`);

export const post = (path, value) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

export const at = (id) => document.getElementById(id);

export function make(tag, facts = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null).map(asNode));
  return element;
}

function asNode(child) {
  return child instanceof Node ? child : String(child);
}

export const plain = (word) => word.replaceAll("_", " ");

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

export const STATES = { undecided: "undecided", accept: "accepted", fix: "fixed", reject: "rejected", outdated: "changed since" };

export const OUTCOMES = { supported: "supported", unsure: "unsure", refuted: "refuted", unchecked: "not checked" };

export function say(words, wrong = false) {
  at("status").textContent = words;
  at("status").classList.toggle("wrong", wrong);
}
