/** Where an S3 shelf is, and the keys to it, as the AWS tools take them. */
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

/**
 * Reads `s3://bucket/prefix?endpoint=…&region=…&pathStyle=1`.
 *
 * Without an endpoint it is Amazon's for the region. The region is the address's, else `AWS_REGION`, else
 * `AWS_DEFAULT_REGION`, else `us-east-1`.
 * @throws InboxError `bad-request` that says what is wrong with it; it never repeats the address, which may hold secrets.
 */
export function parseStoreUrl(text: string, env: Readonly<Record<string, string | undefined>>): S3Place {
  const url = canParseUrl(text) ? new URL(text) : null;
  if (url?.protocol !== 's3:' || url.hostname === '') {
    throw wrong('form');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('keysInside');
  }
  const region = url.searchParams.get('region') ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const given = url.searchParams.get('endpoint') ?? env['AWS_ENDPOINT_URL_S3'] ?? `https://s3.${region}.amazonaws.com`;
  const endpoint = canParseUrl(given) ? new URL(given) : null;
  if (endpoint === null || !['http:', 'https:'].includes(endpoint.protocol)) {
    throw wrong('endpoint');
  }
  const folder = trimmedOf(decodeURIComponent(url.pathname), '/');
  return {
    bucket: url.hostname,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint,
    region,
    pathStyle: ['1', 'true'].includes(url.searchParams.get('pathStyle') ?? ''),
  };
}

/** @throws InboxError `bad-request` where they are not set. */
export function s3KeysFrom(env: Readonly<Record<string, string | undefined>>): S3Keys {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new InboxError('bad-request', configTexts.storeKeys);
  }
  return { accessKeyId, secretAccessKey, sessionToken: token ?? null };
}

function wrong(why: keyof typeof configTexts.storeUrlProblems): InboxError {
  return new InboxError('bad-request', configTexts.storeUrl(configTexts.storeUrlProblems[why]));
}
