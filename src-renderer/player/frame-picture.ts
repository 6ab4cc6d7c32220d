/** The frame that a video shows, as a PNG in its full size. @throws Error where there is none. */
async function framePng(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext('2d');
  if (context === null || canvas.width === 0) throw new Error('there is no frame');
  context.drawImage(video, 0, 0);
  return pngOf(canvas);
}

export async function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (png === null) throw new Error('the picture could not be made');
  return png;
}

/** To the clipboard; where the browser takes no picture there, to a file. @returns where it went. */
export async function copyFrame(video: HTMLVideoElement, name: string): Promise<'clipboard' | 'file'> {
  const png = framePng(video);
  try {
    // As a promise: Safari lets go of the person's permission while it is awaited.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
    return 'clipboard';
  } catch {
    saveBlob(await png, name);
    return 'file';
  }
}

export async function saveFrame(video: HTMLVideoElement, name: string): Promise<void> {
  saveBlob(await framePng(video), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
