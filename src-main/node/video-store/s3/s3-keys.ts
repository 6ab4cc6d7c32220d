/**
 * The keys to a shelf, from where the AWS tools have them: the environment; a profile of their credentials file; what a
 * container is given. The environment of a running program cannot change. The file is looked at again, and a container asked,
 * so that session tokens of an hour and keys that were replaced need no other start.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { InboxError } from '../../../common/errors.ts';
import { isRecord } from '../../../common/providers/json.ts';
import { configTexts } from '../../../common/texts/en-config.ts';
import { set, type Environment, type S3Keys } from './s3-config.ts';
import { S3Error } from './s3-error.ts';

export interface S3KeySource {
  /** @throws InboxError where there are none, S3Error where they cannot be had just now. */
  now(): Promise<S3Keys>;
  /** The server does not take them: they are read again. @returns whether there are others now. */
  refused(keys: S3Keys): Promise<boolean>;
}

interface Found {
  readonly keys: S3Keys;
  readonly untilMs: number;
}

/** A file is read again so often; it is small. */
const fileLastsMs = 10_000;
/** Those of a container are renewed so long before their end. */
const renewedMs = 5 * 60_000;
const unknownLifeMs = 5 * 60_000;
const askMs = 5000;

export function createKeySource(env: Environment): S3KeySource {
  let found: Found | null = null;
  let reading: Promise<Found> | null = null;

  function read(): Promise<Found> {
    return (reading ??= find(env)
      .then((next) => (found = next))
      .finally(() => (reading = null)));
  }

  return {
    now: async () => (found !== null && Date.now() < found.untilMs ? found : await read()).keys,
    async refused(keys) {
      if (found?.keys === keys) found = null;
      const { keys: next } = found ?? (await read());
      return (
        next.accessKeyId !== keys.accessKeyId ||
        next.sessionToken !== keys.sessionToken ||
        next.secretAccessKey !== keys.secretAccessKey
      );
    },
  };
}

/** Those that never change. */
export function fixedKeys(keys: S3Keys): S3KeySource {
  return { now: () => Promise.resolve(keys), refused: () => Promise.resolve(false) };
}

async function find(env: Environment): Promise<Found> {
  const fromEnvironment = keysOf({
    id: env['AWS_ACCESS_KEY_ID'],
    secret: env['AWS_SECRET_ACCESS_KEY'],
    token: env['AWS_SESSION_TOKEN'],
  });
  if (fromEnvironment !== null) return { keys: fromEnvironment, untilMs: Infinity };
  const fromFile = await keysOfProfile(env);
  if (fromFile !== null) return { keys: fromFile, untilMs: Date.now() + fileLastsMs };
  const address = containerAddress(env);
  if (address === null) throw new InboxError('bad-request', configTexts.storeKeys);
  return askContainer(address, env);
}

function keysOf(given: { readonly id: unknown; readonly secret: unknown; readonly token: unknown }): S3Keys | null {
  const [accessKeyId, secretAccessKey, sessionToken] = [given.id, given.secret, given.token].map((value) =>
    typeof value === 'string' ? set(value) : null,
  ) as [string | null, string | null, string | null];
  return accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey, sessionToken };
}

async function keysOfProfile(env: Environment): Promise<S3Keys | null> {
  const profile = set(env['AWS_PROFILE']) ?? set(env['AWS_DEFAULT_PROFILE']) ?? 'default';
  const places = [
    { variable: 'AWS_SHARED_CREDENTIALS_FILE', name: 'credentials', section: profile },
    { variable: 'AWS_CONFIG_FILE', name: 'config', section: profile === 'default' ? profile : `profile ${profile}` },
  ];
  for (const { variable, name, section } of places) {
    const file = set(env[variable]) ?? path.join(homedir(), '.aws', name);
    // One that may not be read holds none for us.
    const fields = sectionOf(await readFile(file, 'utf8').catch(() => ''), section);
    const keys = keysOf({
      id: fields.get('aws_access_key_id'),
      secret: fields.get('aws_secret_access_key'),
      token: fields.get('aws_session_token'),
    });
    if (keys !== null) return keys;
  }
  return null;
}

function sectionOf(text: string, section: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let isIn = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (heading !== undefined) isIn = heading.trim().replace(/\s+/g, ' ') === section;
    const equals = line.indexOf('=');
    if (!isIn || equals < 0 || /^\s*[#;]/.test(line)) continue;
    fields.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return fields;
}

function containerAddress(env: Environment): string | null {
  const relative = set(env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']);
  return relative === null ? set(env['AWS_CONTAINER_CREDENTIALS_FULL_URI']) : `http://169.254.170.2${relative}`;
}

async function askContainer(address: string, env: Environment): Promise<Found> {
  try {
    const file = set(env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']);
    const token = file === null ? set(env['AWS_CONTAINER_AUTHORIZATION_TOKEN']) : set(await readFile(file, 'utf8'));
    const answer = await fetch(address, {
      headers: token === null ? {} : { authorization: token },
      redirect: 'error',
      signal: AbortSignal.timeout(askMs),
    });
    const said: unknown = await answer.json();
    const fields = isRecord(said) ? said : {};
    const keys = keysOf({ id: fields['AccessKeyId'], secret: fields['SecretAccessKey'], token: fields['Token'] });
    if (keys === null) throw new Error(`it answers ${String(answer.status)} without keys`);
    const endMs = Date.parse(String(fields['Expiration']));
    return {
      keys,
      untilMs: Number.isNaN(endMs) ? Date.now() + unknownLifeMs : Math.max(endMs - renewedMs, Date.now() + askMs),
    };
  } catch (error) {
    throw new S3Error(0, 'Unreachable', 'whoever gives this container its keys', { cause: error });
  }
}
