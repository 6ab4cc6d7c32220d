/**
 * How long a server wants to be left alone, in ms; `null` where it names no time that can be read. Some name milliseconds,
 * the others seconds or a date, which is one of the server's clock.
 * @param header The value of a header by its name in lower case; `null` where it is not there.
 * @param now Of our clock, for servers that do not tell what theirs says.
 */
export function retryAfterMs(header: (name: string) => string | null, now: number): number | null {
  const text = header('retry-after');
  const sentAt = Date.parse(header('date') ?? '');
  // What looks like a number and is none would be read as a year.
  const at = text !== null && /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  const seconds = numberIn(text);
  const waitMs =
    numberIn(header('retry-after-ms')) ??
    (seconds === null ? at - (Number.isNaN(sentAt) ? now : sentAt) : seconds * 1000);
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}
