/** Flags and environment, read once, into a `Config`; a flag wins over its variable, a variable over the default. */
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { canParseUrl } from '../common/can-parse-url.ts';
import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import { configTexts } from '../common/texts/en-config.ts';
import { nonEmpty, readOrigin, readPort, readSeconds, type Environment } from './config-values.ts';
import { followMoves } from './library-move/moved-to.ts';
import {
  readSharedConfig,
  readSync,
  readTwin,
  type SharedConfig,
  type SyncConfig,
  type TwinConfig,
} from './machines-config.ts';
import type { Role } from '../common/shared-status.ts';
import type { Sentence } from '../common/texts/sentence.ts';
import { providers } from '../common/providers/catalog.ts';
import type { StoreEnvironment } from './video-store/open-store.ts';
import { readApiBases } from './provider-api/api-bases.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Config {
  readonly dataDir: string;
  /** `null` = the usual port, and any free one where that is taken; 0 = any free port. */
  readonly callbackPort: number | null;
  readonly localPort: number | null;
  /** `null` = as the settings say. */
  readonly tunnel: 'none' | 'ngrok' | null;
  /** Origin of the person's own proxy, without a trailing slash. */
  readonly publicUrl: string | null;
  /** `host` or `host:port` that downloads may reach although it is private. */
  readonly allowHosts: readonly string[];
  /** Other addresses of providers' APIs, by provider or account (`kie`, `replicate`). */
  readonly apiBases: ReadonlyMap<string, string>;
  /** A silent task is first asked about after so long; `null` = its model's usual time. */
  readonly askAfterMs: number | null;
  /** `null` = every 30 s. */
  readonly askEveryMs: number | null;
  /** Variables of OpenTelemetry, where its collector is to have metrics. */
  readonly otlp: Environment | null;
  /** Run with each event on its standard input; from the environment only. */
  readonly hookCommand: string | null;
  /** Whose callbacks must be signed: `none`, `all`, or provider ids separated by commas. */
  readonly requireSignature: string;
  readonly json: boolean;
  readonly logLevel: LogLevel;
  /** `null` = none. */
  readonly sync: SyncConfig | null;
  /** `null` = this inbox is one of its own. */
  readonly twin: TwinConfig | null;
  /** `null` = the log is this machine's own. */
  readonly shared: SharedConfig | null;
  /** What this machine does; all of it unless several share a log. */
  readonly roles: readonly Role[];
  readonly store: StoreEnvironment;
  readonly ngrok: {
    readonly serverAddr: string | null;
    readonly caFile: string | null;
  };
  /** Secrets from the environment by their short name, e.g. `KIE_HMAC`, and `NGROK_AUTHTOKEN`. */
  readonly secrets: Readonly<Record<string, string>>;
}

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

const flags = {
  'data-dir': { type: 'string' },
  'callback-port': { type: 'string' },
  'local-port': { type: 'string' },
  tunnel: { type: 'string' },
  'public-url': { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  'kie-api-base': { type: 'string' },
  'api-base': { type: 'string', multiple: true },
  'ask-after': { type: 'string' },
  'ask-every': { type: 'string' },
  'require-signature': { type: 'string' },
  'sync-port': { type: 'string' },
  'sync-host': { type: 'string' },
  'sync-cert': { type: 'string' },
  'sync-key': { type: 'string' },
  twin: { type: 'string' },
  'twin-media': { type: 'string' },
  'twin-max-mib': { type: 'string' },
  role: { type: 'string' },
  node: { type: 'string' },
  answer: { type: 'string' },
  json: { type: 'boolean' },
  'log-level': { type: 'string' },
} as const;

/**
 * @param args what follows `serve`.
 * @throws InboxError `bad-request` with a sentence for an unknown flag or a value that makes no sense.
 */
export function readConfig(args: readonly string[], env: Environment, platform: NodeJS.Platform): Config {
  const values = parseFlags(args, flags);
  const text = (name: keyof typeof flags): string | null => {
    const flag = values[name];
    if (typeof flag === 'string') return flag;
    return fromEnv(env, name);
  };
  const hosts =
    values['allow-host'] ??
    fromEnv(env, 'allow-host')
      ?.split(/[\s,]+/)
      .filter(Boolean) ??
    [];
  return {
    dataDir: followMoves(
      readDataDir(typeof values['data-dir'] === 'string' ? values['data-dir'] : null, env, platform),
    ),
    callbackPort: readPort('callback-port', text('callback-port')),
    localPort: readPort('local-port', text('local-port')),
    tunnel: readTunnel(text('tunnel')),
    publicUrl: readOrigin('public-url', text('public-url')),
    allowHosts: [hosts].flat().map((host) => readHost('allow-host', host)),
    apiBases: readApiBases({
      flags: [values['api-base'] ?? []].flat(),
      env,
      kie: readOrigin('kie-api-base', text('kie-api-base')),
    }),
    askAfterMs: readSeconds('ask-after', text('ask-after'), 0),
    hookCommand: nonEmpty(env['VIDEO_INBOX_HOOK_COMMAND']),
    askEveryMs: readSeconds('ask-every', text('ask-every'), 0.1),
    requireSignature: readRequireSignature(text('require-signature') ?? 'none'),
    json: values.json === true || /^(1|true|yes|on)$/i.test(fromEnv(env, 'json') ?? ''),
    logLevel: readLogLevel(text('log-level') ?? 'info'),
    sync: readSync(text),
    twin: readTwin(text),
    ...readSharedConfig(text, env),
    store: { url: nonEmpty(env['VIDEO_INBOX_STORE_URL']), env: storeVariables(env) },
    otlp: otlpVariables(env),
    ngrok: {
      serverAddr: nonEmpty(env['VIDEO_INBOX_NGROK_SERVER_ADDR']),
      caFile: nonEmpty(env['VIDEO_INBOX_NGROK_CA_FILE']),
    },
    secrets: environmentSecrets(env),
  };
}

/** `--log-level` is Chromium's as well, with numbers; `--json` says what becomes of an output that a window does not have. */
const onlyOfServe: ReadonlySet<string> = new Set(['json', 'log-level']);

/**
 * The flags of `serve` with which the desktop app was started: sentences tell of them there, too.
 * @param argv of the process; what is Chromium's, a link or the app's own folder is left out
 */
export function flagsOfDesktop(argv: readonly string[]): readonly string[] {
  // A page may have opened the link, and nothing behind it is the person's.
  const link = argv.findIndex((arg) => arg.startsWith('video-inbox:'));
  const args = link < 0 ? [...argv] : argv.slice(0, link);
  const { tokens } = parseArgs({ args, options: flags, strict: false, tokens: true });
  return tokens.flatMap((token) => {
    if (token.kind !== 'option' || !Object.hasOwn(flags, token.name) || onlyOfServe.has(token.name)) return [];
    return token.value === undefined ? [token.rawName] : [`${token.rawName}=${token.value}`];
  });
}

type FlagTypes = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>;

/** `parseArgs` with sentences of ours. @throws InboxError `bad-request`. */
function parseFlags<T extends FlagTypes>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new InboxError('bad-request', flagSentence(error, Object.keys(options)), { cause: error });
  }
}

/** @param error of `parseArgs`, whose own words are English */
export function flagSentence(error: unknown, known: readonly string[]): Sentence {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const text = String(message);
  // As it was typed, between the first quotes; the value that belongs to it may stand behind it.
  const flag = (text.split("'")[1] ?? '').replace(/ <value>$/, '');
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return commandTexts.surplus(flag);
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return text.includes('not take') ? configTexts.flagTakesNoValue(flag) : configTexts.flagNeedsValue(flag);
  }
  return configTexts.flagUnknown(flag, known.map((name) => `--${name}`).join(', '));
}

/**
 * The data dir as an absolute path: by flag, by variable, or where it usually is. `--data-dir "$NOT_SET"` names no
 * folder, and least of all the one that the shell happens to be in.
 * @throws InboxError `bad-request`.
 */
export function readDataDir(flag: string | null, env: Environment, platform: NodeJS.Platform): string {
  if (flag?.trim() === '') throw new InboxError('bad-request', configTexts.dataDirEmpty);
  return path.resolve(flag ?? fromEnv(env, 'data-dir') ?? defaultDataDir(env, platform));
}

/** Where the library lives unless someone says otherwise; the desktop app and the headless one share it. */
function defaultDataDir(env: Environment, platform: NodeJS.Platform): string {
  // With `HOME` set to nothing that is nothing, and the library would be wherever the shell is.
  const home = homedir() || userInfo().homedir;
  if (platform === 'win32')
    return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Video Inbox', 'Library');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Video Inbox', 'Library');
  return path.join(nonEmpty(env['XDG_DATA_HOME']) ?? path.join(home, '.local', 'share'), 'video-inbox');
}

function fromEnv(env: Environment, flag: string): string | null {
  return nonEmpty(env[`VIDEO_INBOX_${flag.toUpperCase().replaceAll('-', '_')}`]);
}

/** `null` = no metrics are sent. */
function otlpVariables(env: Environment): Environment | null {
  const isSet = (name: string): boolean => nonEmpty(env[name]) !== null;
  if (!isSet('OTEL_EXPORTER_OTLP_ENDPOINT') && !isSet('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')) return null;
  if (/^true$/i.test(env['OTEL_SDK_DISABLED'] ?? '')) return null;
  const exporters = nonEmpty(env['OTEL_METRICS_EXPORTER']) ?? 'otlp';
  if (!exporters.split(',').some((name) => name.trim() === 'otlp')) return null;
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('OTEL_')));
}

/** What a store is opened with. */
function storeVariables(env: Environment): Environment {
  const isOfStore = (name: string): boolean => name.startsWith('AWS_') || name === 'VIDEO_INBOX_CACHE_MIB';
  return Object.fromEntries(Object.entries(env).filter(([name]) => isOfStore(name)));
}

function readTunnel(text: string | null): 'none' | 'ngrok' | null {
  if (text === null || text === 'none' || text === 'ngrok') return text;
  throw new InboxError('bad-request', configTexts.tunnel(text));
}

/** `host` or `host:port`; of a whole address what stands for the host. */
function readHost(flag: string, text: string): string {
  const bare = canParseUrl(text) && text.includes('://') ? new URL(text).host : text.trim();
  // IPv6 stands in brackets where a port follows, and may without one.
  if (/^(\[[\da-f:.]+\]|[^\s:/?#@*[\]]+)(:\d{1,5})?$|^[\da-f:.]+$/i.test(bare)) return bare;
  throw new InboxError('bad-request', configTexts.host(flag, text));
}

function readRequireSignature(text: string): string {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !providers.some(({ id }) => id === name));
  if (['none', 'all'].includes(text) || wrong === undefined) return names.join(',');
  throw new InboxError('bad-request', configTexts.requireSignature(providers.map(({ id }) => id).join(', '), wrong));
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) {
    throw new InboxError('bad-request', configTexts.logLevel(logLevels.join(', '), text));
  }
  return level;
}

const secretPrefix = 'VIDEO_INBOX_SECRET_';

/** By their short names. */
export function environmentSecrets(env: Environment): Record<string, string> {
  const secrets: Record<string, string> = {};
  const authtoken = nonEmpty(env['NGROK_AUTHTOKEN']);
  if (authtoken !== null) secrets['NGROK_AUTHTOKEN'] = authtoken;
  for (const [name, value] of Object.entries(env)) {
    const secret = name.startsWith(secretPrefix) ? nonEmpty(value) : null;
    if (secret !== null) secrets[name.slice(secretPrefix.length)] = secret;
  }
  return secrets;
}
