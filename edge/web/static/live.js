/** The live page: asks for a picture, paints it, asks for the next. */
import { say } from "./text.js";

const canvas = document.getElementById("mirror");
const context = canvas.getContext("2d");
const message = document.getElementById("message");
const AGAIN_MS = 2000;

let socket = null;

function connect() {
  if (socket || document.hidden) return;
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/frames`);
  socket.binaryType = "blob";
  socket.onopen = () => socket.send("next");
  socket.onmessage = async ({ data, target }) => {
    if (typeof data === "string") {
      tell(data === "off" ? "live_off" : "live_waiting");
    } else {
      const bitmap = await createImageBitmap(data);
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        canvas.style.setProperty("--ratio", bitmap.width / bitmap.height);
      }
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      tell(null);
    }
    if (target.readyState === WebSocket.OPEN) target.send("next");
  };
  socket.onclose = ({ code }) => {
    socket = null;
    if (document.hidden) return;
    tell(code === 1013 ? "live_full" : "live_lost");
    setTimeout(connect, AGAIN_MS);
  };
}

/** A screen reader is told of a change only. */
function tell(key) {
  const text = key ? say(key) : "";
  if (message.textContent !== text) message.textContent = text;
}

/** A mirror's screen stays on, where the browser allows that. */
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Low battery or power saving: the system decides.
  }
}

if (document.body.dataset.live === "yes") {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      socket?.close();
    } else {
      connect();
      stayAwake();
    }
  });
  document.getElementById("fullscreen").addEventListener("click", () => {
    document.getElementById("stage").requestFullscreen?.();
  });
  connect();
  stayAwake();
} else {
  tell("live_off");
}
