/** The webcam: opened when asked, released with the capture. */

/** Whether this page may ask for a camera: only over https or on this machine. */
export const available = Boolean(navigator.mediaDevices?.getUserMedia);

let stream = null;

export async function open(video) {
  close();
  stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } },
    audio: false,
  });
  video.srcObject = stream;
  await video.play();
}

export function close() {
  stream?.getTracks().forEach((track) => track.stop());
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
