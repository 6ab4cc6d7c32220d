import { nativeImage } from 'electron';
import type { NativeImage } from 'electron';

/** An icon for plain and for dense displays. */
export function createIcon(plainUrl: string, denseUrl: string): NativeImage {
  const icon = nativeImage.createFromDataURL(plainUrl);
  icon.addRepresentation({ scaleFactor: 2, dataURL: denseUrl });
  return icon;
}
