/** The result: the picture with its emoticon beside it, what was recognised, and what to do with it. */
import { toBlob } from "./send.js";
import { describe, say } from "./text.js";

const byId = (id) => document.getElementById(id);
const photo = byId("photo");
const emoticon = byId("emoticon");

const words = (face) => describe(face.attributes).map((pair) => pair.join(" ")).join(", ");

let shareable = null;

/** Show the answer about `picture`; there is at least one face. */
export function show(answer, picture) {
  URL.revokeObjectURL(photo.src);
  photo.src = URL.createObjectURL(picture);
  const several = answer.faces.length > 1;
  const buttons = answer.faces.map((face, i) => pickButton(face, i, answer));
  const boxes = answer.faces.map((face, i) => faceBox(face, i, answer));
  byId("faces").replaceChildren(...(several ? buttons : []));
  byId("picture").replaceChildren(photo, ...(several ? boxes : []));
  pick(answer, 0);
}

/** Forget everything. */
export function clear() {
  URL.revokeObjectURL(photo.src);
  photo.removeAttribute("src");
  emoticon.removeAttribute("src");
  byId("download").removeAttribute("href");
  byId("picture").replaceChildren(photo);
  shareable = null;
}

function pickButton(face, i, answer) {
  const button = document.createElement("button");
  const image = document.createElement("img");
  image.src = face.emoticon;
  image.alt = say("pick", { number: i + 1, words: words(face) });
  button.append(image);
  button.addEventListener("click", () => pick(answer, i));
  return button;
}

/** The face's place on the picture, for the mouse; the keyboard has the buttons. */
function faceBox(face, i, answer) {
  const [left, top, right, bottom] = face.box;
  const box = document.createElement("div");
  box.className = "face";
  box.style.left = `${(100 * left) / answer.width}%`;
  box.style.top = `${(100 * top) / answer.height}%`;
  box.style.width = `${(100 * (right - left)) / answer.width}%`;
  box.style.height = `${(100 * (bottom - top)) / answer.height}%`;
  box.addEventListener("click", () => pick(answer, i));
  return box;
}

async function pick(answer, i) {
  const face = answer.faces[i];
  emoticon.src = face.emoticon;
  emoticon.alt = say("your_emoticon", { words: words(face) });
  byId("download").href = face.emoticon;
  [...byId("faces").children].forEach((b, k) => b.setAttribute("aria-pressed", k === i));
  [...byId("picture").querySelectorAll(".face")].forEach((b, k) =>
    b.classList.toggle("picked", k === i),
  );
  byId("labels").replaceChildren(
    ...describe(face.attributes).map(([name, label]) => {
      const entry = document.createElement("div");
      entry.append(document.createElement("dt"), document.createElement("dd"));
      [entry.firstChild.textContent, entry.lastChild.textContent] = [name, label];
      return entry;
    }),
  );
  byId("share").hidden = true;
  await emoticon.decode();
  // Made now: a browser shares only what it is given directly after the click.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 512;
  canvas.getContext("2d").drawImage(emoticon, 0, 0);
  shareable = new File([await toBlob(canvas, "image/png")], "emoticon.png", { type: "image/png" });
  byId("share").hidden = !navigator.canShare?.({ files: [shareable] });
}

byId("share").addEventListener("click", async () => {
  try {
    await navigator.share({ files: [shareable] });
  } catch (error) {
    if (error.name !== "AbortError") throw error; // the user changed her mind
  }
});

byId("download-both").addEventListener("click", async () => {
  const scale = Math.min(1, 1280 / Math.max(photo.naturalWidth, photo.naturalHeight));
  const width = Math.round(photo.naturalWidth * scale);
  const height = Math.round(photo.naturalHeight * scale);
  const side = Math.min(height, 512);
  const canvas = document.createElement("canvas");
  canvas.width = width + side;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.fillStyle = "#f5f5f5";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(photo, 0, 0, width, height);
  context.drawImage(emoticon, width, (height - side) / 2, side, side);
  const link = document.createElement("a");
  link.download = "emoticon_with_picture.png";
  link.href = URL.createObjectURL(await toBlob(canvas, "image/png"));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});
