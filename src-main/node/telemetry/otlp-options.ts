import { canParseUrl } from '../../common/can-parse-url.ts';
import { trimmedEnd } from '../../common/trim.ts';

/**
 * The standard variables of OpenTelemetry, as far as they are about metrics over HTTP.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface OtlpOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** What the numbers are about, by the names of the semantic conventions. */
  readonly resource: Readonly<Record<string, string>>;
}

const usualTimeoutMs = 10_000;
const usualEveryMs = 60_000;
/** No timer waits longer: one that is asked to does not wait at all. */
const longestMs = 2 ** 31 - 1;

/** @returns why nothing can be sent, in plain words for the log, where an endpoint is set and something else is wrong. */
export function readOtlpOptions(env: Environment): OtlpOptions | { readonly problem: string } {
  const either = (name: string): string | null =>
    textOf(env[`OTEL_EXPORTER_OTLP_METRICS_${name}`]) ?? textOf(env[`OTEL_EXPORTER_OTLP_${name}`]);
  const protocol = either('PROTOCOL') ?? 'http/json';
  // Whoever takes OTLP over HTTP takes both of its encodings at one address.
  if (!protocol.startsWith('http/')) return { problem: `OTLP over ${protocol} is not spoken here; http/json is` };
  const url = urlOf(env);
  if (url === null) return { problem: 'the endpoint of OTLP is no address that begins with http:// or https://' };
  const headers = { ...takeUser(url), ...withLowerNames(pairsOf(either('HEADERS'))) };
  if (!canBeSent(headers))
    return { problem: 'a header of OTLP has a sign that no header may have, such as a line break' };
  return {
    url: url.href,
    headers,
    timeoutMs: millisecondsOf(either('TIMEOUT')) ?? usualTimeoutMs,
    everyMs: millisecondsOf(textOf(env['OTEL_METRIC_EXPORT_INTERVAL'])) ?? usualEveryMs,
    resource: {
      'service.name': 'video-inbox',
      ...pairsOf(textOf(env['OTEL_RESOURCE_ATTRIBUTES'])),
      ...(textOf(env['OTEL_SERVICE_NAME']) === null ? {} : { 'service.name': textOf(env['OTEL_SERVICE_NAME']) ?? '' }),
    },
  };
}

/** The address of metrics stands as it is; the general one gets their path. */
function urlOf(env: Environment): URL | null {
  const own = textOf(env['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']);
  const text = own ?? textOf(env['OTEL_EXPORTER_OTLP_ENDPOINT']) ?? '';
  if (!canParseUrl(text)) return null;
  const url = new URL(text);
  if (own === null) url.pathname = `${trimmedEnd(url.pathname, '/')}/v1/metrics`;
  return /^https?:$/.test(url.protocol) ? url : null;
}

/** What `fetch` refuses in an address, and repeats in its error. @returns the header that it stands for. */
function takeUser(url: URL): Readonly<Record<string, string>> {
  const { username, password } = url;
  if (username === '' && password === '') return {};
  url.username = '';
  url.password = '';
  const text = `${percentDecoded(username) ?? username}:${percentDecoded(password) ?? password}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** `name=value,name=value`, percent-encoded. What cannot be read is left out. */
function pairsOf(text: string | null): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of (text ?? '').split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    if (name === '') continue;
    const value = percentDecoded(part.slice(at + 1).trim());
    if (value !== null) pairs[name] = value;
  }
  return pairs;
}

/** Two names that differ only in case are one header, and would be sent with both values. */
function withLowerNames(pairs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Asked before: the error of a call repeats what cannot be sent, and it would stand in the log. */
function canBeSent(headers: Readonly<Record<string, string>>): boolean {
  try {
    return new Headers(headers) instanceof Headers;
  } catch {
    return false;
  }
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function millisecondsOf(text: string | null): number | null {
  const ms = Number(text ?? '');
  return Number.isInteger(ms) && ms > 0 ? Math.min(ms, longestMs) : null;
}

function textOf(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}
