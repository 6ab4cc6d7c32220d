import type { KeptTexts } from '../store/kept-texts.ts';

/**
 * The id of a press of the button: as long as nobody knows what came of it, the same order goes under the same id, which
 * the inbox sends once. All tabs of this browser share it, since they share the draft as well.
 */
const storageKey = 'video-inbox.press';
/** What is longer is no order. Characters. */
const longest = 1_000_000;

/** @param of all that the order says */
export function pressFor(storage: KeptTexts, of: string): string {
  const known = read(storage);
  if (known?.of === of) return known.id;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
  if (of.length <= longest) storage.setItem(storageKey, JSON.stringify({ of, id }));
  return id;
}

/** It is known what came of it: the next press is another order. */
export function endPress(storage: KeptTexts, id: string): void {
  if (read(storage)?.id === id) storage.removeItem(storageKey);
}

function read(storage: KeptTexts): { readonly of: string; readonly id: string } | null {
  try {
    const raw: unknown = JSON.parse(storage.getItem(storageKey) ?? 'null');
    if (typeof raw !== 'object' || raw === null || !('of' in raw) || !('id' in raw)) return null;
    return typeof raw.of === 'string' && typeof raw.id === 'string' ? { of: raw.of, id: raw.id } : null;
  } catch {
    return null;
  }
}
