// Reading a code with the camera of this device, where its browser knows how.

import { action, el, notice } from "../dom.mjs";

const LOOKS_AGAIN_MS = 200;
const NO_CAMERA = "This browser may not use a camera, or has none. Allow it in the browser's settings, or type the code.";

/** A button that gives `found` what is read; nothing where this browser cannot. */
export function scanning(found, signal) {
  if (!("BarcodeDetector" in window)) return null;
  return action("Scan it with the camera", { class: "second" }, () => look(found, signal));
}

async function look(found, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) return notice(NO_CAMERA);
  const video = el("video", { class: "finder", playsinline: true, autoplay: true, muted: true, "aria-label": "What the camera sees" });
  const close = action("Close", { class: "second" }, () => dialog.close());
  const dialog = el("dialog", { "aria-labelledby": "scanned" }, el("h2", { id: "scanned", tabindex: -1 }, "Hold their code before the camera"), video, close);
  const end = () => dialog.close();
  dialog.addEventListener("close", () => {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  });
  signal.addEventListener("abort", end);
  document.body.append(dialog);
  video.srcObject = stream;
  dialog.showModal();
  const code = await seen(video, dialog);
  signal.removeEventListener("abort", end);
  dialog.close();
  if (code) found(code);
}

/** What is read first; null once nobody looks any more. */
async function seen(video, dialog) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (dialog.open) {
    const [first] = await detector.detect(video).catch(() => []);
    if (first) return first.rawValue;
    await new Promise((later) => setTimeout(later, LOOKS_AGAIN_MS));
  }
  return null;
}
