/** Drags a video out of the window, to an editor or the file manager, with its poster under the pointer. */
import { nativeImage } from 'electron';
import type { NativeImage, WebContents } from 'electron';
import videoIconUrl from './icons/video.png?inline';
import type { TaskFile } from './task-files.ts';

const iconWidth = 128;

export function startDrag(page: Pick<WebContents, 'startDrag'>, { file, poster }: TaskFile): void {
  page.startDrag({ file, icon: dragIcon(poster) });
}

/** macOS refuses a drag without a picture, so there is always one. */
function dragIcon(poster: string | null): NativeImage {
  const picture = poster === null ? nativeImage.createEmpty() : nativeImage.createFromPath(poster);
  const icon = picture.isEmpty() ? nativeImage.createFromDataURL(videoIconUrl) : picture;
  return icon.resize({ width: iconWidth });
}
