import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export function hmacSha256(key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Compares in a time that does not depend on where the bytes differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** The same for texts of any length; hashing first hides the length too. */
export function equalTexts(left: string, right: string): boolean {
  return equalBytes(sha256(left), sha256(right));
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** True where `timestamp` (unix seconds as text, or milliseconds as some senders write) is within the window. */
export function isFresh(
  timestamp: string,
  { now, windowSeconds }: { readonly now: Date; readonly windowSeconds: number },
): boolean {
  if (!/^\d{1,13}$/.test(timestamp)) return false;
  const value = Number(timestamp);
  const seconds = value > 1e11 ? value / 1000 : value;
  return Math.abs(now.getTime() / 1000 - seconds) <= windowSeconds;
}

/** Base64 as bytes, or `null` where `text` is not base64 (Buffer alone would skip what it does not know). */
export function fromBase64(text: string): Buffer | null {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

export function fromHex(text: string): Buffer | null {
  return /^[0-9a-fA-F]+$/.test(text) && text.length % 2 === 0 ? Buffer.from(text, 'hex') : null;
}
