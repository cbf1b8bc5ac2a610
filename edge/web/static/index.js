/** The page for photographs: start, camera or file, work, result. */
import * as camera from "./camera.js";
import * as result from "./result.js";
import { Refused, send, shrink, toBlob } from "./send.js";
import { say } from "./text.js";

const byId = (id) => document.getElementById(id);
const sections = ["start", "camera", "work", "result"].map(byId);
const message = byId("message");
const video = byId("video");
const shot = byId("shot");

/** Show one section only, and say something. */
function show(name, text = "") {
  for (const section of sections) section.hidden = section.id !== name;
  byId("again").hidden = name !== "result" && !(name === "" && text);
  message.textContent = text;
}

function start(text = "") {
  camera.close();
  result.clear();
  show("start", text);
}

async function takeSelfie() {
  if (!camera.available) {
    byId("camera-file").click(); // on a phone this opens its own camera
    return;
  }
  message.textContent = "";
  try {
    if (!(await camera.open(video))) return;
  } catch (error) {
    start(say(error.name === "NotAllowedError" ? "camera_denied" : "camera_missing"));
    return;
  }
  captured(false);
  show("camera");
  byId("capture").focus();
}

/** Switch between the running camera and the picture that was taken. */
function captured(done) {
  video.hidden = byId("capture").hidden = done;
  shot.hidden = byId("submit").hidden = byId("retake").hidden = !done;
}

async function submit(picture) {
  camera.close();
  show("work");
  stage("sending", 0);
  try {
    const small = await shrink(picture);
    const answer = await send(small, stage);
    if (answer.status === "no_face") {
      show("", `${say("no_face")} ${say("no_face_hint")}`);
    } else {
      result.show(answer, small);
      show("result", say(answer.status, { count: answer.faces.length }));
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    show("", say(error.key) ?? say("failed"));
  }
  message.focus();
}

function stage(name, share) {
  byId("stage").textContent = say(name);
  const bar = byId("progress");
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
}

byId("selfie").addEventListener("click", takeSelfie);
byId("retake").addEventListener("click", takeSelfie);
byId("choose").addEventListener("click", () => byId("file").click());
byId("cancel").addEventListener("click", () => {
  start();
  byId("selfie").focus();
});
byId("again").addEventListener("click", () => {
  start();
  byId("selfie").focus();
});
byId("capture").addEventListener("click", () => {
  camera.capture(video, shot);
  captured(true);
  byId("submit").focus();
});
byId("submit").addEventListener("click", async () => submit(await toBlob(shot, "image/jpeg", 0.92)));

for (const input of [byId("file"), byId("camera-file")]) {
  input.addEventListener("change", () => {
    if (input.files.length) submit(input.files[0]);
    input.value = ""; // so that the same file may be chosen again
  });
}

const target = byId("start");
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  target.classList.add("over");
});
document.addEventListener("dragleave", () => target.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  target.classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (!file || !byId("camera").hidden || !byId("work").hidden) return;
  result.clear();
  submit(file);
});
addEventListener("pagehide", camera.close);
