// Passkeys: what the browser is asked for, and what it answers, as the API has both (WebAuthn, level 3).

import { post, postAsNobody } from "./api.mjs";

/** Whether this browser has them, on a page whose address has a name. */
export function hasPasskeys() {
  const named = !/^[\d.]+$|^\[/.test(location.hostname);
  return named && isSecureContext && typeof PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
}

/** Make one for whoever is signed in and knows the password. */
export async function makePasskey({ password, name }) {
  const { id, options } = await post("/me/passkeys/challenges", { password });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await asked(navigator.credentials.create({ publicKey }));
  return post("/me/passkeys", { challenge_id: id, credential, name });
}

/** What signs somebody in: a token, and whose it is. */
export async function enterByPasskey(device) {
  const { id, options } = await postAsNobody("/passkey-challenges", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await asked(navigator.credentials.get({ publicKey }));
  return postAsNobody("/passkey-sessions", { challenge_id: id, credential, device });
}

/** Browsers do not tell why there is none, so that no page learns whether somebody has one. */
async function asked(answer) {
  const credential = await answer.catch((problem) => {
    const known = problem.name === "InvalidStateError";
    throw new Error(known ? "This device has a passkey of yours already." : "No passkey was used.");
  });
  return credential.toJSON();
}
