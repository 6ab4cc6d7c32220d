/** Where an S3 shelf is, and the keys to it, as the AWS tools take them. */
import { isIP } from 'node:net';
import { canParseUrl } from '../../../common/can-parse-url.ts';
import { InboxError } from '../../../common/errors.ts';
import { configTexts } from '../../../common/texts/en-config.ts';
import { trimmedOf } from '../../../common/trim.ts';

export interface S3Place {
  readonly bucket: string;
  /** Before every key; empty, or ends with `/`. */
  readonly prefix: string;
  /** Scheme, host and port of the server. */
  readonly endpoint: URL;
  readonly region: string;
  /** `https://host/bucket/key` in place of `https://bucket.host/key`. */
  readonly pathStyle: boolean;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `s3://bucket/prefix?endpoint=…&region=…&pathStyle=1`. What it does not understand it refuses: a part that is left
 * out unsaid puts the films into another place.
 *
 * Without an endpoint it is that of the environment, else Amazon's for the region. The region is the address's, else
 * `AWS_REGION`, else `AWS_DEFAULT_REGION`, else `us-east-1`. What is empty is not set.
 * @throws InboxError `bad-request` that says what is wrong with it; it never repeats the address, which may hold secrets.
 */
export function parseStoreUrl(text: string, env: Environment): S3Place {
  const url = canParseUrl(text.trim()) ? new URL(text.trim()) : null;
  if (url?.protocol !== 's3:' || url.hostname === '' || url.port !== '') {
    throw wrong('form');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('keysInside');
  }
  if (url.hash !== '') throw wrong('folder');
  const { fields, isPathStyle } = fieldsOf(url);
  const region = set(fields.get('region')) ?? set(env['AWS_REGION']) ?? set(env['AWS_DEFAULT_REGION']) ?? 'us-east-1';
  const endpoint = endpointOf(
    set(fields.get('endpoint')) ?? set(env['AWS_ENDPOINT_URL_S3']) ?? set(env['AWS_ENDPOINT_URL']) ?? amazonOf(region),
  );
  const folder = trimmedOf(decoded(url.pathname), '/');
  if (folder.split('/').some((part) => part === '.' || part === '..')) throw wrong('folder');
  const bucket = decoded(url.hostname);
  return {
    bucket,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint,
    region,
    pathStyle: isPathStyle || !canBeHostName(bucket, endpoint),
  };
}

/** Without what a copied line or a file of secrets has around it; `null` for nothing. */
export function set(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

function fieldsOf({ searchParams }: URL): { readonly fields: Map<string, string>; readonly isPathStyle: boolean } {
  const fields = new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  if ([...fields.keys()].some((name) => !['endpoint', 'region', 'pathstyle'].includes(name))) throw wrong('fields');
  const pathStyle = set(fields.get('pathstyle'))?.toLowerCase() ?? '0';
  const isPathStyle = ['1', 'true', 'yes', 'on'].includes(pathStyle);
  if (!isPathStyle && !['0', 'false', 'no', 'off'].includes(pathStyle)) throw wrong('fields');
  return { fields, isPathStyle };
}

/** A folder of the server's is refused: it would be left out. */
function endpointOf(text: string): URL {
  const endpoint = canParseUrl(text) ? new URL(text) : null;
  if (endpoint === null || !['http:', 'https:'].includes(endpoint.protocol)) throw wrong('endpoint');
  if (endpoint.pathname !== '/' || endpoint.search !== '' || endpoint.hash !== '') throw wrong('endpoint');
  if (endpoint.username !== '' || endpoint.password !== '') throw wrong('keysInside');
  return endpoint;
}

/** @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html */
function amazonOf(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * Whether the bucket can stand before the server's name. Before an address of numbers there is no place for it, and the
 * call would go to another bucket; a name with dots has no certificate, one with capitals would lose them.
 */
function canBeHostName(bucket: string, endpoint: URL): boolean {
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 || host === 'localhost') return false;
  return endpoint.protocol === 'https:'
    ? /^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(bucket)
    : /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(bucket);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('folder'); // a percent sign that stands for itself
  }
}

function wrong(why: keyof typeof configTexts.storeUrlProblems): InboxError {
  return new InboxError('bad-request', configTexts.storeUrl(configTexts.storeUrlProblems[why]));
}
