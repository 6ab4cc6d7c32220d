/** Is this file a whole video? Decided on the outline of its bytes, never on a header or a name. */
import { open } from 'node:fs/promises';
import { walkEbml } from './ebml-elements.ts';
import { walkIsoBoxes } from './iso-boxes.ts';
import { readAt } from './read-at.ts';
import { sniff, sniffBytes, type Sniffed } from './sniff.ts';

export type ContainerCheck =
  /** `container`: `mp4`, `mov`, `webm`, `mkv`, `avi` … It serves as the file's extension. */
  | { readonly ok: true; readonly container: string }
  | { readonly ok: false; readonly code: 'not-a-video'; readonly found: Sniffed }
  | {
      readonly ok: false;
      readonly code: 'damaged';
      readonly reason: 'empty' | 'cut-short' | 'no-index' | 'no-pictures';
      readonly container: string | null;
    };

const isoContainers = new Set(['mp4', 'mov', '3gp', '3g2']);

/**
 * Reads some hundred small pieces at most, however large the file is.
 * @param size Bytes of the file that count: all of it.
 * @throws NodeJS.ErrnoException where the file cannot be read
 */
export async function checkContainer(file: string, size: number): Promise<ContainerCheck> {
  if (size === 0) return { ok: false, code: 'damaged', reason: 'empty', container: null };
  const handle = await open(file, 'r');
  try {
    const start = await readAt(handle, 0, sniffBytes);
    const found = await sniff(start);
    if (found.kind !== 'video') return { ok: false, code: 'not-a-video', found };
    if (isoContainers.has(found.container)) {
      const verdict = await walkIsoBoxes(handle, size);
      if (verdict !== 'whole') return { ok: false, code: 'damaged', reason: verdict, container: found.container };
      return { ok: true, container: found.container };
    }
    if (found.container === 'webm' || found.container === 'mkv') {
      const walked = await walkEbml(handle, size);
      const verdict = walked?.verdict ?? 'cut-short';
      const container = walked?.container ?? found.container;
      if (verdict !== 'whole') return { ok: false, code: 'damaged', reason: verdict, container };
      return { ok: true, container };
    }
    if (found.container === 'avi' && start.length >= 8 && start.readUInt32LE(4) + 8 > size) {
      return { ok: false, code: 'damaged', reason: 'cut-short', container: 'avi' };
    }
    return { ok: true, container: found.container };
  } finally {
    await handle.close();
  }
}
