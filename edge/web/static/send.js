/** Sending one picture to POST /api/emoticon. */

const LARGEST_SIDE = 2048; // the server looks at no more than this
const LARGEST_BYTES = 2e6; // of what goes as it is: encoding it again loses something
const TRIES = 20;

/** An answer other than 200; `key` is the status the server gave, or "offline". */
export class Refused extends Error {
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** A blob of a canvas, in the format asked for. */
export function toBlob(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Refused("failed"))), type, quality);
  });
}

/** A large picture made smaller; one that this browser cannot read goes as it is. */
export async function shrink(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size <= LARGEST_BYTES) {
    bitmap.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // a JPEG has no clear pixels
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return toBlob(canvas, "image/jpeg", 0.92);
}

/**
 * The server's answer about a picture. `progress` is called with a stage ("sending", "working",
 * "waiting_turn") and, while sending, the share sent. Asks again when the server is busy.
 */
export async function send(picture, progress) {
  for (let tries = 1; ; tries += 1) {
    const reply = await post(picture, progress);
    if (reply.status === 503 && tries < TRIES) {
      progress("waiting_turn");
      const seconds = Number(reply.getResponseHeader("Retry-After")) || 1;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    } else if (reply.status === 200) {
      return reply.response;
    } else {
      throw new Refused(reply.response?.status ?? "failed");
    }
  }
}

/** One request; XMLHttpRequest because fetch does not tell how much has been sent. */
function post(picture, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/emoticon");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.timeout = 90_000;
    request.upload.onprogress = (event) => progress("sending", event.loaded / event.total);
    request.upload.onload = () => progress("working");
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = () => reject(new Refused("offline"));
    request.send(picture);
  });
}
