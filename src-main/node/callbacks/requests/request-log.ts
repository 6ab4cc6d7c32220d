/**
 * What arrived and how it was answered, bounded: two generations of files for the heads, two for what they came with.
 * Written behind the answers and never synced; the journal is what counts, this is for looking.
 */
import type {
  RequestDetail,
  RequestHead,
  RequestPage,
  RequestQuery,
  RequestSummary,
} from '../../../common/requests.ts';
import { enRefusals } from '../../../common/texts/en-requests.ts';
import { inTurns, type InTurns } from '../../in-turns.ts';
import type { Log } from '../../log/log.ts';
import { createRecentMap } from '../../storage/recent-map.ts';
import { openGenerations } from './file-generations.ts';
import { createRefusalSummary } from './refusal-summary.ts';
import { createRing } from './ring.ts';

type Content = Omit<RequestDetail, keyof RequestHead>;
export interface NewRequest {
  readonly head: Omit<RequestHead, 'n' | 'lastAt' | 'nth' | 'again'>;
  /** `null` for one of a flood: where it is the same again it is only counted, and else only its head is kept. */
  readonly content: Content | null;
  /** Requests of one name are the same again. */
  readonly sameAs: string;
}

export interface RequestLog {
  add(request: NewRequest): void;
  query(query: RequestQuery): Promise<RequestPage>;
  get(n: number): Promise<RequestDetail | null>;
  summary(): RequestSummary;
  /** @returns the undo. Called once for all changes within a moment. */
  onChange(listener: (summary: RequestSummary) => void): () => void;
  close(): Promise<void>;
}

export interface RequestLogOptions {
  readonly dir: string;
  readonly log: Log;
  readonly now: () => Date;
  /** Of one generation. Default 2 MiB of heads and 16 MiB of what they came with. */
  readonly headBytes?: number;
  readonly contentBytes?: number;
}

interface Row {
  head: RequestHead;
  /** Where its headers and body stand; `null` where they were not kept. */
  content: readonly [file: number, offset: number, length: number] | null;
  /** Not on disk yet. */
  pending: Content | null;
}

/** Same ones are listed so often; from then on the last of them counts. */
const listedRepeats = 3;
const rowLimit = 10_000;
/** So many of the newest are searched in their headers and bodies too. */
const searchedContents = 1000;
const sameLimit = 8192;
const flushMs = 250;
/** Some hundred callbacks come within that moment, and each is some 20 us of JSON: none of them waits for all. */
const turnMs = 2;
/** What waits for the disk, or for one that refuses: beyond this only the heads stay. */
const pendingLimitBytes = 32 * 1024 * 1024;

export async function openRequestLog(options: RequestLogOptions): Promise<RequestLog> {
  const { dir, log, now } = options;
  const heads = await openGenerations(dir, 'heads', options.headBytes ?? 2 * 1024 * 1024);
  const contents = await openGenerations(dir, 'contents', options.contentBytes ?? 16 * 1024 * 1024);
  const rows = createRing<Row>(rowLimit, ({ head }) => head.n);
  const same = createRecentMap<string, { times: number; row: Row }>(sameLimit);
  const listeners = new Set<(summary: RequestSummary) => void>();
  const dirty = new Set<Row>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let isBroken = false;
  let isWaiting = false;
  let pendingBytes = 0;
  const refusals = createRefusalSummary(now, tell);

  const lines = await heads.lines().catch((error: unknown) => {
    // It is for looking only: the inbox starts without it.
    log.warn({ error }, 'the list of requests of earlier runs cannot be read; it begins anew');
    return [];
  });
  /** As each was written last: one that has left the list since counts for its day all the same. */
  const found = new Map<number, Row>();
  for (const line of lines) {
    const row = parseRow(line);
    if (row !== null) found.set(row.head.n, row);
  }
  let newest = 0;
  for (const row of found.values()) {
    const { head } = row;
    rows.put(row);
    newest = Math.max(newest, head.n);
    if (head.outcome === 'refused') refusals.refused(head, head.again + 1);
  }
  found.clear();

  function tellOf(head: RequestHead, { outcome }: NewRequest['head']): void {
    if (outcome === 'refused') refusals.refused(head, 1);
    refusals.answered(head);
  }

  function tell(): void {
    const current = refusals.now();
    for (const listener of listeners) listener(current);
  }

  function change(row: Row): void {
    dirty.add(row);
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
      tell();
    }, flushMs);
  }

  /** Once more after the one that runs, however often it is asked for: a disk that hangs makes no queue. */
  function flush(): Promise<void> {
    if (isWaiting) return writing;
    isWaiting = true;
    writing = writing.then(async () => {
      isWaiting = false;
      const batch = [...dirty];
      dirty.clear();
      if (batch.length === 0) return;
      try {
        await writeContents(batch);
        const lines = await inTurns(
          linesOf(batch, ({ head, content }) => ({ head, content })),
          turnMs,
        );
        await heads.append(lines.map(({ bytes }) => bytes));
        isBroken = false;
      } catch (error) {
        if (!isBroken) log.warn({ error }, 'the list of requests could not be written; it goes on in memory');
        isBroken = true;
      }
    });
    return writing;
  }

  async function writeContents(batch: readonly Row[]): Promise<void> {
    const lines = await inTurns(
      linesOf(batch, ({ pending }) => pending),
      turnMs,
    );
    const places = await contents.append(lines.map(({ bytes }) => bytes));
    lines.forEach(({ row, bytes }, index) => {
      const place = places[index];
      if (place === undefined) return;
      row.content = [place.file, place.offset, bytes.length];
      forgetPending(row);
    });
  }

  function forgetPending(row: Row): void {
    pendingBytes -= sizeOf(row.pending);
    row.pending = null;
  }

  async function contentOf({ content, pending }: Row): Promise<Content | null> {
    if (pending !== null || content === null) return pending;
    const text = await contents.read(...content);
    // Ours alone (mode 0600), and written in one piece with its head.
    return text === null ? null : (JSON.parse(text) as Content);
  }

  async function matches(row: Row, text: string, withContent: boolean): Promise<boolean> {
    const { head } = row;
    const ids = (head.others ?? []).map(({ taskId }) => taskId);
    if (
      [head.taskId, head.provider, head.message, head.key, ...ids].some((value) => value?.toLowerCase().includes(text))
    )
      return true;
    const content = withContent ? await contentOf(row) : null;
    return (
      content !== null &&
      JSON.stringify([content.headers, content.body, content.allOthers]).toLowerCase().includes(text)
    );
  }

  return {
    add({ head: rest, content, sameAs }) {
      const remembered = same.get(sameAs);
      // Its row may have left the list meanwhile: nobody would see what is counted there.
      const known =
        remembered !== undefined && rows.get(remembered.row.head.n) === remembered.row ? remembered : undefined;
      if (known !== undefined && (content === null || known.times >= listedRepeats)) {
        known.times += 1;
        known.row.head = { ...known.row.head, again: known.row.head.again + 1, lastAt: rest.at };
        change(known.row);
        tellOf(known.row.head, rest);
        return;
      }
      newest += 1;
      const times = (known?.times ?? 0) + 1;
      const head = headOf(rest, newest, times);
      // The same again came with the same: that is kept once.
      const shared = known?.row.content ?? null;
      const row: Row = {
        head,
        content: shared,
        pending: null,
      };
      if (shared === null && content !== null && pendingBytes + sizeOf(content) <= pendingLimitBytes) {
        row.pending = content;
        pendingBytes += sizeOf(content);
      }
      const left = rows.put(row);
      if (left !== undefined) {
        dirty.delete(left);
        forgetPending(left);
      }
      same.set(sameAs, { times, row });
      change(row);
      tellOf(head, rest);
    },
    async query({ show, provider, text, key, offset, limit }) {
      const all = rows.newestFirst();
      const wanted = all.filter(
        ({ head }) =>
          (show === 'all' || (show === 'refused' ? head.outcome === 'refused' : head.odd !== null)) &&
          (provider === null || head.provider === provider) &&
          (key === undefined || head.key === key || head.others?.some((other) => other.key === key) === true),
      );
      const needle = text.trim().toLowerCase();
      const found: Row[] = [];
      for (const [index, row] of wanted.entries()) {
        if (needle === '' || (await matches(row, needle, index < searchedContents))) found.push(row);
      }
      const counted = (wants: (head: RequestHead) => boolean): number =>
        all.reduce((sum, { head }) => (wants(head) ? sum + head.again + 1 : sum), 0);
      return {
        rows: found.slice(offset, offset + limit).map(({ head }) => head),
        total: found.length,
        counts: {
          all: counted(() => true),
          refused: counted(({ outcome }) => outcome === 'refused'),
          odd: counted(({ odd }) => odd !== null),
          providers: [...new Set(all.flatMap(({ head }) => head.provider ?? []))].sort(),
        },
      };
    },
    async get(n) {
      const row = rows.get(n);
      return row === undefined ? null : { ...row.head, ...((await contentOf(row)) ?? nothingKept) };
    },
    summary: () => refusals.now(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      refusals.close();
      await flush();
    },
  };
}

/** A line of what each row has to say, in turns; `null` is nothing, which a row may also become meanwhile. */
function* linesOf(
  rows: readonly Row[],
  saying: (row: Row) => object | null,
): InTurns<{ readonly row: Row; readonly bytes: Buffer }[]> {
  const lines: { readonly row: Row; readonly bytes: Buffer }[] = [];
  for (const row of rows) {
    const said = saying(row);
    if (said === null) continue;
    lines.push({ row, bytes: Buffer.from(`${JSON.stringify(said)}\n`) });
    yield;
  }
  return lines;
}

/** Field by field: a spread that is followed by new names copies the object once for each of them, 4 KB in all. */
function headOf(rest: NewRequest['head'], n: number, nth: number): RequestHead {
  const head: RequestHead = {
    at: rest.at,
    method: rest.method,
    status: rest.status,
    ms: rest.ms,
    bytes: rest.bytes,
    outcome: rest.outcome,
    code: rest.code,
    facts: rest.facts,
    provider: rest.provider,
    taskId: rest.taskId,
    key: rest.key,
    trust: rest.trust,
    state: rest.state,
    videos: rest.videos,
    message: rest.message,
    odd: rest.odd,
    urlId: rest.urlId,
    remote: rest.remote,
    n,
    lastAt: rest.at,
    nth,
    again: 0,
  };
  const { tasks, others } = rest;
  return tasks === undefined || others === undefined ? head : { ...head, tasks, others };
}

const nothingKept: Content = {
  headers: {},
  body: null,
  bodyEncoding: 'utf8',
  isCut: false,
  bodySha256: null,
  result: null,
};

/** What counts of it; the rest is small. */
function sizeOf(content: Content | null): number {
  if (content === null) return 0;
  const others = (content.allOthers ?? []).reduce(
    (sum, { taskId, key }) => sum + 64 + taskId.length + (key?.length ?? 0),
    0,
  );
  return 1024 + (content.body?.length ?? 0) + others;
}

function parseRow(line: string): Row | null {
  try {
    const { head, content } = JSON.parse(line) as Pick<Row, 'head' | 'content'>;
    const isOurs =
      Number.isSafeInteger(head.n) && head.n >= 0 && typeof head.at === 'string' && typeof head.lastAt === 'string';
    // A later version may refuse for reasons that this one has no sentence for.
    const isKnown = head.code === null || Object.hasOwn(enRefusals, head.code);
    return isOurs && isKnown ? { head, content, pending: null } : null;
  } catch {
    return null; // a line that a crash cut off
  }
}
