/**
 * Takes secrets out of what is kept or shown: request headers, raw bodies, log lines.
 *
 * Everything here runs in linear time, because strangers choose the text.
 */

const mask = '[redacted]';

/** A link in what was kept that was one of ours, or held a secret. */
export function isMasked(text: string): boolean {
  return text.includes(mask);
}

/**
 * Shorter ones would tear holes into ordinary words, and a link with one in it counts as ours and not as a film: real keys and
 * tokens are far longer.
 */
const minSecretLength = 8;

/** Headers whose whole value is a secret. Signatures stay: they prove what came, and tell no key. */
const secretHeaders = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-webhook-secret',
  'x-api-key',
  'api-key',
  'x-auth-token',
]);

/** Takes out the same secrets again and again; how each may be spelled is worked out once. */
export interface Redactor {
  /** What it was made of. */
  readonly secrets: readonly string[];
  /**
   * `text` without the secrets, without the tokens of callback URLs (`/c/<token>`), and without the secret that PiAPI
   * echoes in `webhook_config`. Each becomes `[redacted]`; JSON stays JSON.
   */
  text(text: string): string;
  /**
   * With lower-case names, secret headers masked and other values redacted like any text; the same object where that
   * changes nothing.
   */
  headers(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

/** @param secrets Exact values; also found percent-encoded and escaped as JSON text is, up to JSON in JSON. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const spellings = spellingsOf(secrets);
  return {
    secrets,
    text: (text) => redactSpellings(text, spellings),
    headers(headers) {
      // Looked for in all values at once, since nearly always none holds a secret: nothing matches across the line breaks.
      let all = '';
      let isPlain = true;
      for (const name of Object.keys(headers)) {
        all += `${headers[name] ?? ''}\n`;
        if (secretHeaders.has(name) || name !== name.toLowerCase()) isPlain = false;
      }
      const isClean = redactSpellings(all, spellings) === all;
      if (isPlain && isClean) return headers;
      return Object.fromEntries(
        Object.entries(headers).map(([name, value]) => {
          const lowerCased = name.toLowerCase();
          if (secretHeaders.has(lowerCased)) return [lowerCased, mask];
          return [lowerCased, isClean ? value : redactSpellings(value, spellings)];
        }),
      );
    },
  };
}

/** For a single text; see `Redactor`. */
export function redactText(text: string, secrets: readonly string[]): string {
  return createRedactor(secrets).text(text);
}

function redactSpellings(text: string, spellings: readonly Spelling[]): string {
  const config = maskWebhookConfig(text);
  const known = maskAll(config.text, spellings);
  return maskTokens(config.found.length === 0 ? known : maskAll(known, spellingsOf(config.found)));
}

/** A secret as it may be written. */
interface Spelling {
  readonly text: string;
  /** So many backslashes stand for one where it is written like this: 2 in JSON, 4 in JSON in JSON, else 1. */
  readonly perBackslash: number;
}

function maskAll(text: string, spellings: readonly Spelling[]): string {
  return spellings.reduce((redacted, spelling) => {
    if (spelling.perBackslash === 1 || !spelling.text.startsWith('\\')) return redacted.replaceAll(spelling.text, mask);
    // Half of an escaped backslash in front is not the secret's.
    return redacted.replaceAll(spelling.text, (found, at: number) =>
      backslashesBefore(redacted, at) % spelling.perBackslash === 0 ? mask : found,
    );
  }, text);
}

function backslashesBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] === '\\') start -= 1;
  return at - start;
}

/** Longest first: a secret may be a part of another one's spelling. */
function spellingsOf(secrets: readonly string[]): readonly Spelling[] {
  const spellings = new Map<string, number>();
  const add = (text: string, perBackslash: number): void => {
    if (!spellings.has(text)) spellings.set(text, perBackslash);
  };
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    add(secret, 1);
    // Tokens and most keys are written the same way everywhere.
    if (/^[\w.~-]+$/.test(secret)) continue;
    const inJson = escapedForJson(secret);
    for (const spelling of [inJson, inJson.replaceAll('/', '\\/')]) {
      add(spelling, 2);
      add(escapedForJson(spelling), 4);
    }
    for (const spelling of percentEncoded(secret)) add(spelling, 1);
  }
  return [...spellings]
    .map(([text, perBackslash]) => ({ text, perBackslash }))
    .sort((left, right) => right.text.length - left.text.length);
}

function escapedForJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function percentEncoded(secret: string): readonly string[] {
  try {
    const encoded = encodeURIComponent(secret);
    const lower = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    // Forms write a space as "+", and encodeURIComponent leaves !'()* alone where others do not.
    const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    return [encoded, lower, strict, encoded.replaceAll('%20', '+'), encodeURIComponent(encoded)];
  } catch {
    // A lone surrogate cannot be percent-encoded, so it cannot stand there that way.
    return [];
  }
}

/**
 * What may be a callback URL's token, after `/c/` in all the ways that a body may write a slash: the last part of a path, as
 * long as ours are. A store may have a folder `c`, and what is behind it there has an ending, or more of a path. Of an escaped slash in
 * front only the end is matched, so that runs of backslashes are not read again and again; a look behind instead would be five
 * times as slow, and nearly every text has no token.
 */
const callbackToken =
  /(?:\/|%2f|\\u002f)c(?:\\{0,8}\/|%2f|%252f|\\{1,8}u002f)([\w-]{32})(?![\w~-]|\.[a-z0-9]|(?:\\{0,8}\/|%2f|%252f|\\{1,8}u002f)[\w.%-])/gi;
/** The ids of files are in one of the two, nearly always; a token of 32 signs of 64 is in both. */
const isInBothCases = (text: string): boolean => /[a-z]/.test(text) && /[A-Z]/.test(text);

function maskTokens(text: string): string {
  // Nearly every text has none, and to replace is to prepare for it.
  if (text.search(callbackToken) < 0) return text;
  return text.replace(callbackToken, (whole: string, token: string) =>
    isInBothCases(token) ? whole.slice(0, -token.length) + mask : whole,
  );
}

const leastFound = 8;
const mostFound = 4;

/**
 * PiAPI sends the shared secret back in `data.config.webhook_config.secret`, configured here or not. From
 * `webhook_config` on, every value of a key `secret` is masked, also in JSON that stands escaped inside a JSON string
 * and in JSON that was cut off. One too many does no harm.
 */
function maskWebhookConfig(text: string): { readonly text: string; readonly found: readonly string[] } {
  const found: string[] = [];
  let masked = '';
  let done = 0;
  let at = text.indexOf('webhook_config');
  if (at < 0) return { text, found };
  for (;;) {
    at = text.indexOf('secret', at);
    if (at < 0) return { text: masked + text.slice(done), found };
    const value = secretAt(text, at);
    at = value?.end ?? at + 'secret'.length;
    if (value === null) continue;
    const { start, end, escapes } = value;
    // A body has one; each is a search through all of the text, and what is no JSON is slow to find out.
    if (end - start >= leastFound && found.length < mostFound) {
      const secret = unescaped(text.slice(start, end), escapes);
      // What is too short to be a secret may be an ordinary word elsewhere in the text.
      if (secret.length >= leastFound) found.push(secret);
    }
    masked += text.slice(done, start) + (escapes === null ? `"${mask}"` : mask);
    done = end;
  }
}

interface SecretValue {
  /** Where the value stands, without its quotes. */
  readonly start: number;
  readonly end: number;
  /** How many backslashes stand before each of its quotes; `null` where it has none. */
  readonly escapes: number | null;
}

const afterKey = /(\\{0,15})"\s{0,64}:\s{0,64}/y;
const quote = /(\\{0,15})"/y;
const bareValue = /[\w.+-]{1,256}/y;

/** The value behind a key `secret` whose name starts at `keyAt`, or `null` where this is no such key. */
function secretAt(text: string, keyAt: number): SecretValue | null {
  const key = matchAt(afterKey, text, keyAt + 'secret'.length);
  if (text[keyAt - 1] !== '"' || key === null) return null;
  const valueAt = keyAt + 'secret'.length + key[0].length;
  const opening = matchAt(quote, text, valueAt);
  if (opening === null) {
    const bare = matchAt(bareValue, text, valueAt)?.[0];
    if (bare === undefined) return null;
    return { start: valueAt, end: valueAt + bare.length, escapes: null };
  }
  const escapes = (opening[1] ?? '').length;
  const start = valueAt + opening[0].length;
  return { start, end: closingQuote(text, start, escapes), escapes };
}

/**
 * Where the string that started at `start` ends, before its quote and the quote's backslashes. In JSON, one level deep
 * in a JSON string, `"` is `\"` and a quote that belongs to the value is `\\\"`: what counts is how many backslashes
 * are left once the quote's own are taken away.
 */
function closingQuote(text: string, start: number, escapes: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (at - backslashes > start && text[at - backslashes - 1] === '\\') backslashes++;
    const left = backslashes - escapes;
    if (left >= 0 && left % (2 * (escapes + 1)) === 0) return at - escapes;
  }
  return text.length;
}

function unescaped(value: string, escapes: number | null): string {
  if (escapes === null) return value;
  try {
    let plain = value;
    for (let left = escapes; left >= 0; left = left === 0 ? -1 : (left - 1) / 2) {
      plain = JSON.parse(`"${plain}"`) as string;
    }
    return plain;
  } catch {
    return value;
  }
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
