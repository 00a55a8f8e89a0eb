// Brings list, clip, words and decisions together, and hears the keyboard.

import { at, get, make, plain, say } from "./asking.js";
import { Deciding } from "./deciding.js";
import { Listing } from "./listing.js";
import { show } from "./showing.js";
import { Watching } from "./watching.js";

// the token has done its work: a cookie stands for it now, and nobody should copy it from the address
if (location.search) history.replaceState(null, "", location.pathname);

const watching = new Watching();
let deciding;
let listing;

async function choose(id) {
  at("chosen").hidden = id === null;
  at("empty").hidden = id !== null;
  if (id === null) {
    at("empty").textContent = "No pair passes the filter.";
    watching.video.pause();
    return deciding.show(null);
  }
  try {
    const pair = await get("/api/pair", { id });
    if (listing.rows[listing.chosen]?.id === id) draw(pair);
  } catch (error) {
    say(error.message, true);
  }
}

function draw(pair) {
  words(pair);
  watching.show(pair);
  at("pair").scrollTop = 0;
}

function words(pair) {
  deciding.show(pair);
  show(pair, (start) => watching.jump(start));
}

async function done({ pair, progress }, verdict) {
  listing.update(pair);
  progressed(progress);
  if (verdict === "undo") return words(pair);
  const before = listing.chosen;
  await listing.step(1);
  if (listing.chosen === before) words(pair);
}

async function reach(id) {
  let place = listing.find(id);
  if (place < 0) {
    at("filter").reset();
    await listing.load(id);
    place = listing.find(id);
  }
  if (place >= 0) await listing.go(place);
}

function progressed({ total, percent, undecided = 0, outdated = 0, accept = 0, fix = 0, reject = 0 }) {
  const decided = total - undecided - outdated;
  at("done").max = total || 1;
  at("done").value = decided;
  const which = percent ? ` of the sample (${percent} %)` : "";
  at("progress").textContent = `${decided} of ${total}${which} decided: ${accept} accepted, ${fix} fixed, ${reject} rejected`;
}

const KEYS = {
  a: () => at("accept").click(),
  r: () => at("reject").click(),
  e: () => at("fix").click(),
  u: () => at("undo").click(),
  n: () => at("note").focus(),
  j: () => listing.step(1),
  k: () => listing.step(-1),
  " ": () => watching.toggle(),
  ",": () => watching.step(-1),
  ".": () => watching.step(1),
  s: () => watching.rewind(),
  l: () => at("loop").click(),
  b: () => at("boxes").click(),
  m: () => at("sound").click(),
  "/": () => at("text").focus(),
  "?": () => at("help").showModal(),
};

function keyed(event) {
  const { target, key } = event;
  if (at("help").open || event.isComposing) return;
  if (key === "Escape") return escaped(target);
  if (deciding.mending && key === "Enter" && (event.ctrlKey || event.metaKey)) return at("mending").requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input:not([type=checkbox], [type=range], [type=radio]), textarea, select")) return;
  if (key === " " && target.matches("button, summary, input[type=checkbox], input[type=radio], a")) return;
  if (deciding.asking && /^[1-4]$/.test(key)) {
    event.preventDefault();
    return deciding.reason(Number(key));
  }
  const act = KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
}

function escaped(target) {
  if (deciding.asking || deciding.mending) deciding.leave();
  else if (target.matches("input, textarea, select")) target.blur();
}

function choices(id, values) {
  at(id).append(...values.map((value) => make("option", { value }, plain(value))));
}

async function begin() {
  const run = await get("/api/run");
  document.title = `Review ${run.folder}`;
  at("run").textContent = `${run.folder}: ${run.title}`;
  choices("tasks", run.tasks);
  choices("forms", run.forms);
  at("clips").append(...run.clips.map((value) => make("option", { value }, value)));
  at("sampling").hidden = !run.progress.percent;
  at("notes").hidden = !run.notes.length;
  at("notes").replaceChildren(...run.notes.map((words) => make("p", {}, words)));
  deciding = new Deciding(run.reasons, done, ({ pair, progress }) => {
    listing.update(pair);
    progressed(progress);
    words(pair);
  });
  deciding.reach = reach;
  listing = new Listing(choose, progressed);
  at("helping").addEventListener("click", () => at("help").showModal());
  document.addEventListener("keydown", keyed);
  await listing.load();
}

begin().catch((error) => say(error.message, true));
