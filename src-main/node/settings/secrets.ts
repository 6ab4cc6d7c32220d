/** Keys and tokens of the person: from the environment, else from where the host keeps secrets. */
import { readFile } from 'node:fs/promises';
import { InboxError } from '../../common/errors.ts';
import { isRecord } from '../../common/providers/json.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { diskReason } from '../data-dir.ts';
import { isErrno, isSystemError, renameFile, replaceFile } from '../storage/durable-files.ts';
import { createTurns } from '../storage/turns.ts';

/** How well a host protects what it keeps: by the system's keychain, or only by file permissions. */
export type SecretProtection = 'keychain' | 'file-permissions';

/** Where a host keeps secrets; names are short ones such as `KIE_HMAC` or `NGROK_AUTHTOKEN`. */
export interface SecretVault {
  readonly protection: SecretProtection;
  /** Why some of what it keeps is not in use; of a file that was broken when it was loaded, until it is saved. */
  readonly problem: Sentence | null;
  /** Whether it may hold a secret of that name which it could not read. */
  mayHold(name: string): boolean;
  load(): Promise<Readonly<Record<string, string>>>;
  /** @param changed the names that were set or removed; what the host could not read of the others stays as it is */
  save(secrets: Readonly<Record<string, string>>, changed: readonly string[]): Promise<void>;
}

export interface Secrets {
  readonly protection: SecretProtection;
  /** See `SecretVault`. */
  readonly problem: Sentence | null;
  get(name: string): string | null;
  /** True where that one may have been set all the same, and can only not be read now. */
  mayLack(name: string): boolean;
  /** True where the environment sets it, which wins over what is stored. */
  isFromEnvironment(name: string): boolean;
  /** @param value `null` removes it. @throws InboxError `storage-failed`. */
  set(name: string, value: string | null): Promise<void>;
  /** All values, for redaction; the same list as long as none changes. */
  values(): readonly string[];
}

export async function openSecrets(vault: SecretVault, environment: Readonly<Record<string, string>>): Promise<Secrets> {
  let stored = await vault.load();
  const valuesNow = (): readonly string[] =>
    [...Object.values(environment), ...Object.values(stored)].flatMap(withParts);
  let values = valuesNow();
  const takeTurn = createTurns();
  return {
    protection: vault.protection,
    get problem() {
      return vault.problem;
    },
    get: (name) => environment[name] ?? stored[name] ?? null,
    mayLack: (name) => environment[name] === undefined && stored[name] === undefined && vault.mayHold(name),
    isFromEnvironment: (name) => environment[name] !== undefined,
    // One after the other: each writes all that is stored.
    set: (name, value) =>
      takeTurn(async () => {
        const next = Object.fromEntries(Object.entries(stored).filter(([known]) => known !== name));
        if (value !== null) next[name] = value;
        try {
          await vault.save(next, [name]);
        } catch (cause) {
          throw new InboxError('storage-failed', hostTexts.secretNotSaved(diskReason(cause)), { cause });
        }
        stored = next;
        values = valuesNow();
      }),
    values: () => values,
  };
}

/** Two may stand in one while they are rotated, separated by a comma; each of them alone is a secret too. */
function withParts(value: string): readonly string[] {
  return value.includes(',') ? [value, ...value.split(',').map((part) => part.trim())] : [value];
}

/** Plain JSON that only this user may read (mode 0600): what a machine without a keychain can offer. */
export function createFileVault(path: string): SecretVault {
  const file = createSecretsFile(path, (value) => {
    if (!isRecord(value)) throw new TypeError('not a file of secrets');
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  });
  return {
    protection: 'file-permissions',
    get problem() {
      return file.problem;
    },
    // What was in a broken file nobody knows.
    mayHold: () => file.problem !== null,
    load: () => file.read(),
    save: (secrets) => file.write(secrets),
  };
}

export interface SecretsFile {
  readonly problem: Sentence | null;
  /** @throws InboxError where the disk does not give it: it may be there again at the next start. */
  read(): Promise<Readonly<Record<string, string>>>;
  write(value: unknown): Promise<void>;
}

/**
 * A JSON file of secrets by their names. Callbacks come whether it can be read or not, so one that is broken counts as
 * empty; the first save puts it aside, for whoever wants to take keys out of it.
 * @param parse throws on what it does not know
 */
export function createSecretsFile(
  file: string,
  parse: (value: unknown) => Readonly<Record<string, string>>,
): SecretsFile {
  let problem: Sentence | null = null;
  return {
    get problem() {
      return problem;
    },
    async read() {
      try {
        const secrets = parse(JSON.parse(await readFile(file, 'utf8')));
        problem = null;
        return secrets;
      } catch (error) {
        if (isErrno(error, ['ENOENT'])) return {};
        if (isSystemError(error))
          throw new InboxError('data-dir-unusable', configTexts.keysUnreadable(file), { cause: error });
        problem = hostTexts.keysBroken(file);
        return {};
      }
    },
    async write(value) {
      if (problem !== null) await putAside(file);
      await replaceFile(file, `${JSON.stringify(value, null, 2)}\n`);
      problem = null;
    },
  };
}

async function putAside(file: string): Promise<void> {
  try {
    await renameFile(file, `${file}.broken-${String(Date.now())}`);
  } catch (error) {
    if (!isErrno(error, ['ENOENT'])) throw error; // somebody took it away, as another program may tell them to
  }
}
