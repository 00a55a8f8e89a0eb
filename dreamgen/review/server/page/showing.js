// A pair in words: its turns and options, what a person changed, and the claims that it rests on.

import { at, clock, make, OUTCOMES, plain, STATES } from "./asking.js";

export function show(pair, jump) {
  const facts = [plain(pair.task), plain(pair.form), pair.clip, `trust ${pair.weight.toFixed(3)}`, `by ${plain(pair.program)}`];
  if (!pair.answerable) facts.push("the right answer is that the video does not tell");
  if (pair.sampled) facts.push("in the audit sample");
  facts.push(...Object.entries(pair.source).map(([what, words]) => `${what} ${words}`));
  at("facts").replaceChildren(make("code", {}, pair.id), ` · ${facts.join(" · ")}`);
  const fixed = pair.decision?.turns ? pair.decision : null;
  at("turns").replaceChildren(...pair.turns.map((turn, place) => drawn(pair, turn, place, fixed)));
  at("why").hidden = !pair.rationale;
  at("rationale").textContent = pair.rationale;
  at("claims").replaceChildren(...pair.claims.map((claim) => claimed(claim, jump)));
  decided(pair);
}

function drawn(pair, turn, place, fixed) {
  const now = fixed?.turns[place].text;
  const changed = now !== undefined && now !== turn.text;
  const box = make("div", { class: `${turn.role}${changed ? " now" : ""}` });
  box.append(make("span", { class: "who" }, turn.role === "human" ? "Question" : "Answer"));
  if (changed) box.append(make("span", { class: "was" }, turn.text), make("br"));
  box.append(changed ? now : turn.text);
  if (turn.role === "human" && place === pair.turns.length - 2 && pair.options.length) box.append(choices(pair, fixed));
  return box;
}

function choices(pair, fixed) {
  const options = fixed ? fixed.options : pair.options;
  const right = fixed ? fixed.answer_index : pair.answer_index;
  return make(
    "ol",
    {},
    ...options.map((option, place) => make("li", { class: place === right ? "right" : "" }, option, place === right ? " ✓ right" : "")),
  );
}

function claimed(claim, jump) {
  const said = make("span", { class: `badge ${claim.outcome}` }, OUTCOMES[claim.outcome]);
  const sure = claim.by ? ` ${claim.confidence.toFixed(2)} by ${claim.by}` : "";
  const span = `${clock(claim.start)}–${clock(claim.end)}`;
  const to = make("button", { type: "button", onclick: () => jump(claim.start), "aria-label": `Go to ${span}` }, span);
  const words = claim.words.replace(/ \[[\d.]+-[\d.]+ s\]$/, "");
  const evidence = [claim.reason && plain(claim.reason), claim.evidence].filter(Boolean).join(": ");
  return make("li", {}, words, " ", to, " ", said, sure, evidence ? make("span", { class: "evidence" }, evidence) : null);
}

function decided(pair) {
  const box = at("decided");
  const { decision } = pair;
  box.hidden = !decision;
  if (!decision) return;
  const when = new Date(decision.time).toLocaleString();
  const why = [decision.reason && plain(decision.reason), decision.note].filter(Boolean).join("; ");
  const older = pair.state === "outdated" ? "The pair has changed since, so this does not hold any more: " : "";
  box.className = pair.state;
  box.textContent = `${older}${STATES[decision.verdict]}${why ? `: ${why}` : ""} (${decision.reviewer}, ${when})`;
}
