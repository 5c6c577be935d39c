// Who is signed in on this browser. Dispatches "change" whenever that changes, "new" after signing up, and "lost" if the
// server ended it.

import { get, postAsNobody, remove, token, whenEnded } from "./api.mjs";
import { enterByPasskey } from "./passkeys.mjs";

class Session extends EventTarget {
  person = null;

  get open() {
    return token.get() !== null;
  }

  /** Find out whose token this is, if there is one. */
  async resume() {
    if (!this.open) return;
    this.person = await get("/me").catch(() => null);
    this.#changed();
  }

  async signUp(handle, password) {
    this.#begin(await postAsNobody("/people", { handle, password, device: device() }));
    this.dispatchEvent(new Event("new"));
  }

  async signIn(handle, password) {
    this.#begin(await postAsNobody("/sessions", { handle, password, device: device() }));
  }

  async signInByPasskey() {
    this.#begin(await enterByPasskey(device()));
  }

  async signOut() {
    await remove("/me/sessions/current").catch(() => null);
    this.#end();
  }

  /** Leave for good; the receipt. */
  async erase(said) {
    const receipt = await remove("/me", said);
    this.#end();
    return receipt;
  }

  /** The server does not take the token any more. */
  lose() {
    this.#end();
    this.dispatchEvent(new Event("lost"));
  }

  #end() {
    token.forget();
    this.person = null;
    this.#changed();
  }

  #begin(signedIn) {
    token.keep(signedIn.token);
    this.person = signedIn.person;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function device() {
  const system =
    navigator.userAgentData?.platform || /\(([^;)]+)/.exec(navigator.userAgent)?.[1] || "somewhere";
  return `web page on ${system}`.slice(0, 60);
}

export const session = new Session();
whenEnded(() => session.lose());
