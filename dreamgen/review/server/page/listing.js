// The list on the left: which pairs pass the filter, and which one is chosen.

import { at, get, make, OUTCOMES, plain, say, STATES } from "./asking.js";

export class Listing {
  constructor(choose, progressed) {
    this.choose = choose;
    this.progressed = progressed;
    this.rows = [];
    this.chosen = -1;
    this.next = null;
    this.asked = 0;
    const list = at("list");
    list.addEventListener("click", (event) => {
      const row = event.target.closest("li");
      if (row) this.go(Number(row.dataset.place));
    });
    list.addEventListener("keydown", (event) => this.keyed(event));
    list.addEventListener("scroll", () => {
      if (list.scrollTop + list.clientHeight > list.scrollHeight - 400) this.more();
    });
    const filter = at("filter");
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.addEventListener("change", () => this.load());
    filter.addEventListener("reset", () => setTimeout(() => this.load()));
    at("text").addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.load(), 250);
    });
  }

  get filter() {
    return Object.fromEntries([...new FormData(at("filter"))].filter(([, value]) => value !== ""));
  }

  // Asks anew; stays at the pair that was chosen where the filter lets it pass.
  async load(stay = this.rows[this.chosen]?.id) {
    const turn = ++this.asked;
    const told = await this.fetch(0);
    if (!told || turn !== this.asked) return;
    this.rows = [];
    this.chosen = -1;
    at("list").replaceChildren();
    this.take(told);
    at("count").textContent = `${told.count} ${told.count === 1 ? "pair" : "pairs"}`;
    const place = this.rows.findIndex((row) => row.id === stay);
    await this.go(place < 0 ? 0 : place);
  }

  async more() {
    if (this.next === null || this.loading) return;
    this.loading = true;
    const turn = this.asked;
    const told = await this.fetch(this.next);
    this.loading = false;
    if (told && turn === this.asked) this.take(told);
  }

  async fetch(from) {
    try {
      return await get("/api/pairs", { ...this.filter, from });
    } catch (error) {
      say(error.message, true);
      return null;
    }
  }

  take(told) {
    this.next = told.next;
    this.progressed(told.progress);
    for (const row of told.rows) {
      this.rows.push(row);
      at("list").append(this.drawn(row, this.rows.length - 1));
    }
  }

  drawn(row, place) {
    const state = make("span", { class: `badge ${row.state}` }, STATES[row.state]);
    const seen = make("span", { class: row.outcome }, OUTCOMES[row.outcome]);
    const facts = make("span", {}, `${plain(row.task)} · trust ${row.weight.toFixed(2)} · `, seen, row.sampled && this.filter.everything ? " · audit" : "");
    return make(
      "li",
      { id: `row-${place}`, role: "option", "aria-selected": String(place === this.chosen), "data-place": place, "data-testid": row.id },
      make("div", { class: "top" }, facts, state),
      make("div", { class: "ask" }, row.question),
    );
  }

  // A row says what was decided; it stays where it is, even when the filter would not let it pass any more.
  update(row) {
    const place = this.rows.findIndex((other) => other.id === row.id);
    if (place < 0) return;
    this.rows[place] = row;
    at(`row-${place}`).replaceWith(this.drawn(row, place));
  }

  async go(place) {
    if (place >= this.rows.length && this.next !== null) await this.more();
    if (!this.rows.length) {
      this.chosen = -1;
      return this.choose(null);
    }
    const wanted = Math.max(0, Math.min(place, this.rows.length - 1));
    if (wanted !== place) say(place < 0 ? "This is the first pair." : "This is the last pair.");
    if (wanted === this.chosen) return;
    at(`row-${this.chosen}`)?.setAttribute("aria-selected", "false");
    this.chosen = wanted;
    const row = at(`row-${wanted}`);
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    at("list").setAttribute("aria-activedescendant", row.id);
    await this.choose(this.rows[wanted].id);
  }

  step(by) {
    return this.go(this.chosen + by);
  }

  find(id) {
    return this.rows.findIndex((row) => row.id === id);
  }

  keyed(event) {
    const to = { ArrowDown: this.chosen + 1, ArrowUp: this.chosen - 1, Home: 0, End: this.rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  }
}
