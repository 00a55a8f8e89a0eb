// Accept, fix, reject, undo. The server writes a decision only if nobody else decided about the pair in the meantime.

import { at, make, plain, post, Refused, say, STATES } from "./asking.js";

export class Deciding {
  constructor(reasons, done, overtaken) {
    this.done = done;
    this.overtaken = overtaken;
    this.pair = null;
    this.made = [];
    at("accept").addEventListener("click", () => this.send({ verdict: "accept" }));
    at("reject").addEventListener("click", () => this.ask());
    at("fix").addEventListener("click", () => this.mend());
    at("undo").addEventListener("click", () => this.undo());
    at("reasons").replaceChildren(
      "Why? ",
      ...reasons.map((reason, place) =>
        make("button", { type: "button", onclick: () => this.send({ verdict: "reject", reason }) }, `${plain(reason)} `, make("kbd", {}, place + 1)),
      ),
    );
    at("mending").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  get asking() {
    return !at("reasons").hidden;
  }

  get mending() {
    return !at("mending").hidden;
  }

  show(pair) {
    if (this.pair?.id !== pair?.id) at("note").value = "";
    this.pair = pair;
    this.close();
    at("undo").disabled = !this.made.length && !pair?.decision;
  }

  close() {
    for (const [panel, button] of [["reasons", "reject"], ["mending", "fix"]]) {
      at(panel).hidden = true;
      at(button).setAttribute("aria-expanded", "false");
    }
  }

  ask() {
    const open = this.asking;
    this.close();
    if (open || !this.pair) return;
    at("reasons").hidden = false;
    at("reject").setAttribute("aria-expanded", "true");
    at("reasons").querySelector("button").focus();
  }

  reason(number) {
    at("reasons").querySelectorAll("button")[number - 1]?.click();
  }

  mend() {
    const open = this.mending;
    this.close();
    if (open || !this.pair) return;
    const form = at("mending");
    form.replaceChildren(...fields(this.pair), this.reasonsToFix(), this.buttons());
    form.hidden = false;
    at("fix").setAttribute("aria-expanded", "true");
    const texts = form.querySelectorAll("textarea");
    texts[this.pair.options.length ? 0 : texts.length - 1].focus();
  }

  reasonsToFix() {
    const was = this.pair.decision?.reason === "lacking_detail" ? "lacking_detail" : "incorrect";
    const each = ["incorrect", "lacking_detail"].map((reason) =>
      make("label", { class: "check" }, make("input", { type: "radio", name: "reason", value: reason, checked: reason === was }), plain(reason)),
    );
    return make("fieldset", {}, make("legend", {}, "What was wrong"), ...each);
  }

  buttons() {
    const leave = make("button", { type: "button", onclick: () => this.leave() }, "Leave ", make("kbd", {}, "Esc"));
    return make("div", { class: "row" }, make("button", { class: "good" }, "Save ", make("kbd", {}, "Ctrl+Enter")), leave);
  }

  leave() {
    const button = this.mending ? "fix" : "reject";
    this.close();
    at(button).focus();
  }

  save() {
    const told = new FormData(at("mending"));
    const texts = told.getAll("turn");
    const change = { verdict: "fix", reason: told.get("reason"), turns: this.pair.turns.map(({ role }, place) => ({ role, text: texts[place] ?? "" })) };
    if (this.pair.options.length) {
      change.options = told.getAll("option");
      change.answer_index = Number(told.get("right"));
      change.turns.at(-1).text = change.options[change.answer_index] || " ";
    }
    if (texts.some((text) => !text.trim()) || change.options?.some((text) => !text.trim())) return say("A text is empty.", true);
    return this.send(change);
  }

  async send(change) {
    if (!this.pair || this.busy) return;
    const { id, version } = this.pair;
    this.busy = true;
    try {
      const note = at("note").value.trim();
      const told = await post("/api/decision", { pair: id, version, change: note ? { ...change, note } : change });
      if (change.verdict === "undo") this.made = this.made.filter((one) => one !== id);
      else this.made.push(id);
      at("note").value = "";
      say(change.verdict === "undo" ? `Undone: ${id}` : `${STATES[change.verdict]}: ${id}. u takes it back.`);
      await this.done(told, change.verdict);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.told.pair) this.overtaken(error.told);
      say(error.message, true);
    } finally {
      this.busy = false;
    }
  }

  // Takes the last decision of this page back, or the one about the pair that is shown.
  async undo() {
    const id = this.made.at(-1) ?? this.pair?.id;
    if (id === undefined) return;
    if (id !== this.pair?.id) await this.reach(id);
    if (this.pair?.id === id) await this.send({ verdict: "undo" });
  }
}

function fields(pair) {
  const now = pair.decision?.turns ? pair.decision : pair;
  const found = now.turns
    .filter((_, place) => !pair.options.length || place < now.turns.length - 1)
    .map((turn) => {
      const text = make("textarea", { name: "turn", rows: Math.min(10, 2 + Math.floor(turn.text.length / 60)) });
      text.value = turn.text;
      return make("label", {}, turn.role === "human" ? "Question" : "Answer", text);
    });
  if (!pair.options.length) return found;
  const options = now.options.map((option, place) => {
    const text = make("input", { type: "text", name: "option", "aria-label": `Option ${pair.letters[place]}` });
    text.value = option;
    const right = make("input", { type: "radio", name: "right", value: place, checked: place === now.answer_index, "aria-label": `${pair.letters[place]} is right` });
    return make("div", { class: "option" }, right, `${pair.letters[place]} `, text);
  });
  return [...found, make("fieldset", { class: "options" }, make("legend", {}, "Options; the chosen one is right"), ...options)];
}
