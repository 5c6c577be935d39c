// The socket: says what is watched, hears what happens, and after a gap asks for what was missed.

import { io } from "./lib/socket.io.mjs";

const PATIENCE_MS = 10_000;
const AGAIN_MS = 2_000;
const MESSAGES = [
  "check_in",
  "check_in_removed",
  "forget",
  "presence",
  "offer",
  "offer_withdrawn",
  "reading",
  "notice",
  "mention",
  "found",
  "found_more",
  "reply",
  "reply_removed",
  "reaction",
];

/**
 * Dispatches a CustomEvent for each message of the server, with the message as its detail; "watching" with the
 * answer to a watch, "refused" with a problem, and "line" when it is connected, connecting or closed.
 */
export class Live extends EventTarget {
  #socket = null;
  #watches = new Map();
  #cursor = null;
  line = "closed";

  open(token) {
    this.close();
    this.#socket = io({ transports: ["websocket"], auth: { token }, reconnectionDelayMax: 10_000 });
    this.#line("connecting");
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", (reason) => this.#lost(reason));
    this.#socket.on("connect_error", (error) => this.#turnedAway(error.data));
    this.#socket.on("signed_out", (problem) => this.#say("signed_out", problem));
    for (const name of MESSAGES) this.#socket.on(name, (message) => this.#heard(name, message));
  }

  close() {
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = null;
    this.#watches.clear();
    this.#cursor = null;
    this.#line("closed");
  }

  /** Watch something from now on; `what` as in the protocol. Takes the place of a watch with the same name. */
  watch(name, what) {
    this.#watches.set(name, what);
    if (this.#socket?.connected) this.#ask(name, what);
    // What was heard so far was heard elsewhere: once connected, begin anew with a snapshot.
    else this.#cursor = null;
  }

  unwatch(name) {
    if (this.#watches.delete(name) && this.#socket?.connected)
      this.#socket.emit("unwatch", { name }, () => {});
  }

  async #ask(name, what, since = undefined) {
    const said = { name, ...what, since };
    const answer = await this.#socket
      .timeout(PATIENCE_MS)
      .emitWithAck("watch", said)
      .catch(() => null);
    if (!answer || this.#watches.get(name) !== what) return;
    if (answer.type?.startsWith("/v1/problems/")) return this.#refused(said, what, answer);
    this.#cursor = answer.cursor ?? this.#cursor;
    this.#say("watching", answer);
  }

  #refused({ name, since }, what, problem) {
    const passing = problem.status === 429 || problem.status >= 500;
    // A cursor that is not understood any more is no reason to hear nothing.
    if (since && !passing) return this.#ask(name, what);
    this.#say("refused", { name, problem });
    if (passing) setTimeout(() => this.#watches.get(name) === what && this.#ask(name, what, since), AGAIN_MS);
  }

  #connected() {
    this.#line("connected");
    const since = this.#cursor ?? undefined;
    for (const [name, what] of this.#watches) this.#ask(name, what, since);
  }

  #lost(reason) {
    this.#line("connecting");
    // The library comes back by itself from everything but this.
    if (reason === "io server disconnect") this.#later();
  }

  #turnedAway(problem) {
    this.#line("connecting");
    if (problem?.status === 401) this.#say("signed_out", problem);
    else if (!this.#socket.active) this.#later();
  }

  #later() {
    const socket = this.#socket;
    setTimeout(() => socket === this.#socket && socket.connect(), AGAIN_MS);
  }

  #heard(name, message) {
    if (message.cursor) this.#cursor = message.cursor;
    this.#say(name, message);
  }

  #line(line) {
    this.line = line;
    this.#say("line", line);
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
