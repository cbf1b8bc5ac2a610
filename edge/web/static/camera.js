/** The webcam: opened when asked, released with the capture. */

/** Whether this page may ask for a camera: only over https or on this machine. */
export const available = Boolean(navigator.mediaDevices?.getUserMedia);

let stream = null;
let turn = 0;

/** Whether the camera runs now: not if it was closed, or asked for again, while we waited. */
export async function open(video) {
  close();
  const mine = turn;
  const opened = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } },
    audio: false,
  });
  if (mine !== turn) {
    stop(opened);
    return false;
  }
  stream = video.srcObject = opened;
  try {
    await video.play();
  } catch (error) {
    if (mine === turn) throw error;
  }
  return mine === turn;
}

function stop(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

export function close() {
  turn += 1;
  stop(stream);
  stream = null;
}

/** Draw what the video shows, as in a mirror, and release the camera. */
export function capture(video, canvas) {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(video, 0, 0);
  close();
  video.srcObject = null;
}
