// The clip: it jumps to the span that the pair speaks of, loops it, and shows boxes around those whom the pair marks.

import { at, clock, get, make, say } from "./asking.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export class Watching {
  constructor() {
    this.video = at("video");
    this.pair = null;
    this.boxes = [];
    this.frame = 0;
    const video = this.video;
    video.addEventListener("loadedmetadata", () => this.rewind());
    video.addEventListener("timeupdate", () => this.moved());
    video.addEventListener("seeked", () => this.draw(Math.floor(video.currentTime * this.fps + 1e-6)));
    video.addEventListener("ended", () => this.looped());
    video.addEventListener("play", () => this.played());
    video.addEventListener("pause", () => this.played());
    video.addEventListener("error", () => this.failed());
    video.addEventListener("click", () => this.toggle());
    at("now").addEventListener("input", () => {
      video.pause();
      video.currentTime = Number(at("now").value);
    });
    at("sound").addEventListener("change", () => {
      video.muted = !at("sound").checked;
    });
    at("boxes").addEventListener("change", () => this.draw(this.frame));
    at("play").addEventListener("click", () => this.toggle());
    at("back").addEventListener("click", () => this.step(-1));
    at("on").addEventListener("click", () => this.step(1));
    at("again").addEventListener("click", () => this.rewind());
    new ResizeObserver(() => this.draw(this.frame)).observe(at("screen"));
    if (video.requestVideoFrameCallback) this.listen();
    else setInterval(() => video.paused || this.showing(video.currentTime), 40);
  }

  get fps() {
    return this.pair?.fps ?? 24;
  }

  listen() {
    this.video.requestVideoFrameCallback((_, facts) => {
      this.showing(facts.mediaTime);
      this.listen();
    });
  }

  showing(time) {
    this.draw(Math.round(time * this.fps));
    if (!this.video.paused && time > this.end - 0.5 / this.fps) this.looped();
  }

  async show(pair) {
    this.pair = pair;
    [this.start, this.end] = pair.span;
    this.end = Math.max(this.end, this.start + 1 / pair.fps);
    this.boxes = [];
    at("boxing").hidden = !pair.marks.length;
    const screen = at("screen");
    screen.style.aspectRatio = `${pair.size[0]} / ${pair.size[1]}`;
    screen.style.maxWidth = `calc(62vh * ${pair.size[0] / pair.size[1]})`;
    at("now").max = pair.seconds;
    at("span").style.left = `${(100 * this.start) / pair.seconds}%`;
    at("span").style.width = `${(100 * (Math.min(this.end, pair.seconds) - this.start)) / pair.seconds}%`;
    at("borne").replaceChildren(...pair.claims.map((claim) => this.stretch(claim)));
    if (this.video.getAttribute("src") === pair.video) this.rewind();
    else {
      at("broken").hidden = true;
      this.video.src = pair.video;
    }
    this.draw(0);
    if (!pair.marks.length) return;
    try {
      const boxes = await get("/api/boxes", { id: pair.id });
      if (this.pair !== pair) return;
      this.boxes = boxes.map(({ entity, frames }) => [entity, new Map(frames.map(([frame, ...box]) => [frame, box]))]);
      this.draw(this.frame);
    } catch (error) {
      say(error.message, true);
    }
  }

  // Where in the clip a claim holds: a pair about a whole film rests on a few moments of it.
  stretch({ start, end }) {
    const bar = make("span");
    bar.style.left = `${(100 * start) / this.pair.seconds}%`;
    bar.style.width = `${(100 * Math.max(0, Math.min(end, this.pair.seconds) - start)) / this.pair.seconds}%`;
    return bar;
  }

  rewind() {
    if (!this.pair) return;
    this.video.currentTime = this.start + 0.5 / this.fps;
    if (!CALM.matches) this.video.play().catch(() => {});
  }

  looped() {
    if (!at("loop").checked) return;
    this.video.currentTime = this.start + 0.5 / this.fps;
    this.video.play().catch(() => {});
  }

  toggle() {
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  step(by) {
    this.video.pause();
    const frame = Math.floor(this.video.currentTime * this.fps + 1e-6) + by;
    this.video.currentTime = Math.min(Math.max(0, (frame + 0.5) / this.fps), this.pair?.seconds ?? 0);
  }

  jump(start) {
    this.video.pause();
    this.video.currentTime = start + 0.5 / this.fps;
  }

  played() {
    at("play").firstChild.textContent = this.video.paused ? "Play " : "Pause ";
  }

  moved() {
    if (!this.pair) return;
    const { currentTime } = this.video;
    at("now").value = currentTime;
    at("now").setAttribute("aria-valuetext", clock(currentTime));
    const frame = Math.floor(currentTime * this.fps + 1e-6);
    const span = `${clock(this.start)} to ${clock(Math.min(this.end, this.pair.seconds))}`;
    at("where").textContent = `${clock(currentTime)}, frame ${frame}; the pair speaks of ${span}`;
  }

  failed() {
    const why = this.video.error?.message;
    at("broken").textContent = `This browser can't play ${this.pair?.file}${why ? ` (${why})` : ""}. Another player may.`;
    at("broken").hidden = false;
  }

  draw(frame) {
    this.frame = frame;
    const canvas = at("marks");
    const { clientWidth: width, clientHeight: height } = canvas;
    const sharp = devicePixelRatio || 1;
    canvas.width = width * sharp;
    canvas.height = height * sharp;
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    canvas.dataset.frame = frame;
    canvas.dataset.boxes = 0;
    if (!at("boxes").checked) return;
    for (const [entity, frames] of this.boxes) {
      const box = frames.get(frame);
      if (box) this.mark(pen, entity, box, width, height);
    }
  }

  mark(pen, entity, [x0, y0, x1, y1], width, height) {
    const sides = [x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height];
    pen.lineWidth = 5;
    pen.strokeStyle = "#fff";
    pen.strokeRect(...sides);
    pen.lineWidth = 3;
    pen.strokeStyle = "#e00000";
    pen.strokeRect(...sides);
    pen.font = "600 13px system-ui, sans-serif";
    const across = pen.measureText(entity).width + 8;
    const [left, top] = [Math.min(Math.max(0, sides[0]), width - across), Math.max(0, sides[1] - 19)];
    pen.fillStyle = "#b00000";
    pen.fillRect(left, top, across, 18);
    pen.fillStyle = "#fff";
    pen.fillText(entity, left + 4, top + 13);
    at("marks").dataset.boxes = Number(at("marks").dataset.boxes) + 1;
  }
}
