import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import {
  asCurl,
  outcomeOf,
  tasksOf,
  type RequestDetail,
  type RequestHead,
  type RequestPage,
  type RequestQuery,
} from '../../common/requests.ts';
import { openRequestLog } from '../../node/callbacks/requests/request-log.ts';
import { dataDirAt } from '../../node/data-dir.ts';
import { silentLog } from '../../node/log/log.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatBytes, formatTime, oneLine, padded, providerLabel } from '../format.ts';
import { connectLocal } from '../local-client.ts';
import { tellIfMissing } from '../offline-folder.ts';
import { terminalTexts } from '../texts/en.ts';

/** For a person to read; a program that sets no limit has all. */
const usualLimit = 50;
/** What a call takes. */
const mostAtOnce = 10_000;

/** `requests [--refused] [--limit N] [--json]` and `requests show N [--curl|--raw] [--json]`. */
export const runRequests: Command = (args, terminal) =>
  args[0] === 'show' ? show(args.slice(1), terminal) : list(args, terminal);

async function list(args: readonly string[], terminal: Terminal): Promise<number> {
  const flags = readCommandFlags(args, terminal, {
    refused: { type: 'boolean' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const requests = await access(flags.dataDir, terminal);
  const isRefused = flags.isSet('refused');
  const isJson = flags.isSet('json');
  const asked = flags.count('limit');
  const { rows, total } = await requests.query({
    show: isRefused ? 'refused' : 'all',
    provider: null,
    text: '',
    offset: 0,
    limit: Math.min(asked ?? (isJson ? mostAtOnce : usualLimit), mostAtOnce),
  });
  if (isJson) terminal.out(JSON.stringify(rows));
  else if (rows.length === 0)
    terminal.err(isRefused ? terminalTexts.requests.noneRefused : terminalTexts.requests.nothing);
  else for (const row of rows) terminal.out(describe(row));
  if (asked === null && total > rows.length) terminal.err(terminalTexts.onlyNewest(String(rows.length)));
  return 0;
}

async function show(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = { curl: { type: 'boolean' }, raw: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const flags = readCommandFlags(args, terminal, options, ['N']);
  flags.refuseBoth('raw', ['curl', 'json']);
  flags.refuseBoth('curl', ['json']);
  const request = await (await access(flags.dataDir, terminal)).get(requestNumber(flags.positionals[0]));
  if (request === null) {
    throw new InboxError('not-found', commandTexts.noSuchRequest(flags.positionals[0] ?? ''));
  }
  if (flags.isSet('json')) terminal.out(JSON.stringify(request));
  else if (flags.isSet('curl')) terminal.out(asCurl(request, await callbackUrl(flags.dataDir)));
  else if (flags.isSet('raw')) writeBody(request, terminal);
  else terminal.out(whole(request));
  return 0;
}

/** @throws InboxError `conflict` where there is none. */
function writeBody({ n, body, bodyEncoding, isCut }: RequestDetail, terminal: Terminal): void {
  if (body === null) throw new InboxError('conflict', commandTexts.bodyNotKept(n));
  if (bodyEncoding === 'utf8') terminal.outBytes(Buffer.from(`${body}\n`));
  else terminal.outBytes(Buffer.from(body, 'base64'));
  if (isCut) terminal.err(terminalTexts.requests.isCut);
}

/** @throws InboxError `bad-request`. */
export function requestNumber(text: string | undefined): number {
  if (text !== undefined && /^\d{1,12}$/.test(text)) return Number(text);
  throw new InboxError('bad-request', commandTexts.noRequestNumber(text ?? ''));
}

/** Through the running inbox, else straight from the disk. */
async function access(
  dataDir: string,
  terminal: Terminal,
): Promise<{
  query(query: RequestQuery): Promise<RequestPage>;
  get(n: number): Promise<RequestDetail | null>;
}> {
  const inbox = await connectLocal(dataDir);
  if (inbox === null) {
    tellIfMissing(dataDir, terminal);
    return openRequestLog({ dir: dataDirAt(dataDir).requests, log: silentLog, now: () => new Date() });
  }
  return { query: (query) => inbox.call('requests:query', query), get: (n) => inbox.call('requests:get', n) };
}

async function callbackUrl(dataDir: string): Promise<string> {
  const inbox = await connectLocal(dataDir);
  return inbox === null
    ? 'http://127.0.0.1:4747/c/[hidden]'
    : (await inbox.call('callback:url')).url.replace(/\/[^/]+$/, '/[hidden]');
}

function describe(head: RequestHead): string {
  return [
    String(head.n).padStart(5),
    formatTime(head.at),
    String(head.status),
    `${String(Math.round(head.ms))} ms`.padStart(7),
    formatBytes(head.bytes).padStart(8),
    padded(head.provider === null ? '' : providerLabel(head.provider), 16),
    oneLine(tasksOf(head), 60),
    oneLine(outcomeOf(head), 200),
  ].join('  ');
}

function whole(request: RequestDetail): string {
  return [
    describe(request),
    ...(request.allOthers ?? []).map(({ taskId }) => `       ${oneLine(taskId, 200)}`),
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${oneLine(value, 2000)}`),
    '',
    request.body ?? terminalTexts.requests.notKept,
    ...(request.isCut ? [terminalTexts.requests.isCut] : []),
  ].join('\n');
}
