/** One attempt to bring a file to disk as a `.part`: asks for what is missing, writes, hashes, syncs. */
import { open, rm } from 'node:fs/promises';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { readAt } from '../media/read-at.ts';
import { sniffBytes } from '../media/sniff.ts';
import { packingsIn, unpack } from './content-encoding.ts';
import type { DiskRoom } from './disk-room.ts';
import { DownloadFault } from './download-fault.ts';
import type { Hasher } from './hasher.ts';
import { contentLength, contentRange, headerText, strongEtag } from './http-headers.ts';
import type { ResponseBody } from './http-request.ts';
import { faultOfConnection, type HttpSource, type OpenedFile } from './http-source.ts';
import { beforeBody, openFile } from './open-file.ts';
import { orFaultOfDisk, openPartWriter, type PartWriter } from './part-writer.ts';
import { readPart, removePart, writeState, type Part, type ResumeState } from './resume-state.ts';
import { faultOfStatus } from './status-fault.ts';
import { watchStall, type StallLimits } from './stall-watch.ts';
import { toldDigest, type ToldDigest } from './told-digest.ts';

export interface TransferPorts {
  readonly source: HttpSource;
  readonly hasher: Hasher;
  /** For files that are through sooner than a thread has started. */
  readonly smallHasher: Hasher;
  readonly disk: DiskRoom;
  /** So many bytes were taken: wait for this before the next. */
  readonly giveWay: (bytes: number) => Promise<void> | undefined;
  readonly bootId: string;
  readonly now: () => number;
  readonly stall: StallLimits;
  readonly totalMs: number;
}

export interface TransferRequest {
  readonly url: string;
  /** The file may be an early one, and another comes from there later. */
  readonly isEarly: boolean;
  /** What the server tells of the whole file must be true of what is written. */
  readonly isHeldToDigest: boolean;
  /** But not where just these bytes came before: then it is the checksum that is wrong. */
  readonly otherSha256: string | null;
  readonly part: Part;
  readonly maxBytes: number;
  /** Judges the first bytes, so that junk ends early. @throws DownloadFault */
  readonly checkStart: (start: Uint8Array) => Promise<void>;
  readonly onStarted: () => void;
  /** So many have come over the network. @throws DownloadFault where they are enough for today */
  readonly onBytes: (count: number) => void;
  readonly onProgress: (receivedBytes: number, totalBytes: number | null) => void;
  readonly signal: AbortSignal;
}

export interface Transferred {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Without a strong ETag the end of what we have is fetched again and compared. */
const overlapBytes = 16 * 1024;
/** The same from piece to piece of one attempt. */
const overlapOfPieces = 512;
/** Servers that give a file in pieces give some megabytes at once; whoever asks for crumbs without end asks too often. */
const pieces = { free: 64, leastBytes: 64 * 1024 };
/** What some answer to a range, who give the whole file. */
const refusalsOfRange = new Set([400, 403, 405, 406, 412, 501]);
const smallFileBytes = 16 * 1024 * 1024;
const smallBlocks = { blockBytes: 256 * 1024, blockCount: 2 };
const largeBlocks = { blockBytes: 512 * 1024, blockCount: 8 };
const syncEveryBytes = 64 * 1024 * 1024;
const checkRoomEveryBytes = 32 * 1024 * 1024;

/**
 * The `.part` stays for the next attempt, whatever happens, unless its bytes are known to be worthless.
 * @throws DownloadFault, or the reason of `signal`
 */
export async function transfer(ports: TransferPorts, request: TransferRequest): Promise<Transferred> {
  const attempt = new AbortController();
  const stop = (): void => attempt.abort(request.signal.reason);
  request.signal.throwIfAborted();
  request.signal.addEventListener('abort', stop, { once: true });
  const host = hostOf(request.url);
  const deadline = setTimeout(() => attempt.abort(new DownloadFault({ reason: 'took-too-long', host })), ports.totalMs);
  try {
    return await untilWhole(ports, request, attempt);
  } catch (error) {
    const fault: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
    if (fault instanceof DownloadFault && fault.discardPart) await removePart(request.part);
    throw fault;
  } finally {
    clearTimeout(deadline);
    request.signal.removeEventListener('abort', stop);
    ports.disk.release(request.part);
  }
}

/**
 * `compare`: what is here may be of another file, so its end is fetched again. `ask-behind`: the piece that came ends
 * where what is here ends; only what is asked for behind that tells whether it is all.
 */
type Step = { readonly done: Transferred } | Again;
type Again = 'start-over' | 'ask-for-more' | 'ask-behind' | 'compare';

/** So much of what is here is fetched again; `null`: nothing goes on with it, and it stays until the whole file comes. */
const overlapOf: Readonly<Record<Again, number | null>> = {
  'start-over': null,
  'ask-for-more': overlapOfPieces,
  'ask-behind': 0,
  compare: overlapBytes,
};

async function untilWhole(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
): Promise<Transferred> {
  let step: Again | null = null;
  let hasStartedOver = false;
  let received = 0;
  let endedAt = 0;
  const counted: TransferRequest = {
    ...request,
    onBytes(count) {
      received += count;
      request.onBytes(count);
    },
    onProgress(position, total) {
      endedAt = position;
      request.onProgress(position, total);
    },
  };
  for (let asked = 1; ; asked += 1) {
    const next = await oneRequest(ports, counted, attempt, step);
    if (typeof next === 'object') return next.done;
    step = next;
    const isCrumbs = asked >= pieces.free && received < asked * pieces.leastBytes;
    // Once in an attempt: who gives the same piece whatever is asked for would be asked without a pause.
    if ((step === 'start-over' && hasStartedOver) || isCrumbs) {
      const details = isCrumbs ? { endedAt } : {};
      throw new DownloadFault({ reason: 'unexpected-status', host: hostOf(request.url), status: 206 }, details);
    }
    hasStartedOver ||= step === 'start-over';
  }
}

interface Plan {
  /** First byte that is asked for; 0 = the whole file. */
  readonly from: number;
  /** Bytes that are here. */
  readonly have: number;
  readonly state: ResumeState | null;
  /** The last that is here came in this attempt, as a piece, and whole. */
  readonly isBehindPiece: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

function planRequest(have: number, state: ResumeState | null, overlap: number, isBehindPiece = false): Plan {
  const strong = strongEtag(state?.etag ?? null);
  // Of little that is here half is compared, or what gives it in small pieces would be asked for the first one for ever.
  const from = strong === null ? have - Math.min(overlap, Math.ceil(have / 2)) : have;
  if (state === null || from <= 0) return { from: 0, have: 0, state: null, isBehindPiece, headers: {} };
  const validator = strong ?? state.lastModified;
  return {
    from,
    have,
    state,
    isBehindPiece,
    headers: { range: `bytes=${from}-`, ...(validator === null ? {} : { 'if-range': validator }) },
  };
}

/** @param step What the answer before, of the same attempt, asked for. */
async function oneRequest(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
  step: Again | null,
): Promise<Step> {
  const overlap = overlapOf[step ?? 'compare'];
  const { size, onDisk, state } = await readPart(request.part, ports.bootId);
  if (overlap !== null && state?.isEarly === true && !request.isEarly) return 'start-over';
  if (overlap !== null && size > 0 && state !== null && state.totalBytes === size)
    return { done: await hashWhole(ports, request, size, state) };
  // Not to ask a host for what cannot be kept: some links are good for one time.
  const known = state?.totalBytes ?? null;
  await ports.disk.claim(request.part, known === null ? null : Math.max(0, known - size));
  const isBehindPiece = step === 'ask-for-more' || step === 'ask-behind';
  const plan = overlap === null ? planRequest(0, null, 0) : planRequest(size, state, overlap, isBehindPiece);
  return ask(ports, request, attempt, plan, onDisk);
}

/** @param here Bytes of it, whether or not the plan goes on with them. */
async function ask(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
  first: Plan,
  here: number,
): Promise<Step> {
  let plan = first;
  let opened = await openFile(ports, request.url, plan.headers, attempt);
  if (plan.from > 0 && refusalsOfRange.has(opened.status)) {
    // It may be the range that is refused and not the link; what is here stays until the whole file comes.
    opened.body.cancel();
    // Others were taken just now: who gives pieces only, and refuses what lies behind the last, would be asked without end.
    if (plan.isBehindPiece) return 'start-over';
    plan = planRequest(0, null, 0);
    opened = await openFile(ports, request.url, plan.headers, attempt);
  }
  try {
    return await readAnswer(ports, request, attempt, plan, opened, here);
  } finally {
    opened.body.cancel(); // does nothing where it was read to its end
  }
}

/** Everything was here already: the program ended between the last byte and the new name. */
async function hashWhole(
  ports: TransferPorts,
  request: TransferRequest,
  size: number,
  state: ResumeState | null,
): Promise<Transferred> {
  const digest = state?.digest ?? null;
  const writer = await openWriter(ports, request, { keepBytes: size, totalBytes: size, digest, state: null });
  try {
    return await finishHeld(request, writer, digest, hostOf(request.url));
  } finally {
    await writer.close();
  }
}

async function readAnswer(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
  plan: Plan,
  opened: OpenedFile,
  here: number,
): Promise<Step> {
  const { headers, status, url } = opened;
  const range = contentRange(headers);
  const etag = headerText(headers, 'etag');

  if (status === 416 && plan.from > 0) {
    // Of what is given in pieces of an unknown whole it tells that the last one is here; of a part that broke off nothing.
    const isEnd = plan.isBehindPiece && plan.from === plan.have && plan.state?.totalBytes === null;
    const total = range?.total ?? (isEnd ? plan.have : null);
    const isWhole = total === plan.have && (etag === null || etag === plan.state?.etag);
    return isWhole ? { done: await hashWhole(ports, request, plan.have, plan.state) } : 'start-over';
  }
  // 203: a proxy on the way has changed something, 201: a server made the file just now; the bytes are judged anyway.
  const isPart = status === 206 && (range !== null || plan.from > 0);
  if (status !== 200 && status !== 201 && status !== 203 && status !== 206)
    throw await faultOfStatus(opened, ports.now());

  const encoding = headerText(headers, 'content-encoding');
  // What goes on in the middle of a file shows nothing; the file was begun as plain bytes, or it starts over.
  const packed =
    plan.from > 0 && isPart ? [] : await beforeBody(ports, attempt, url.host, () => packingsIn(encoding, opened.body));
  const isPlain = packed.length === 0;
  // Of what was packed before it was stored a checksum is of the packed bytes.
  const told = request.isHeldToDigest && isPlain ? toldDigest(headers, status) : null;
  const held = isPart ? (plan.state?.digest ?? null) : null;
  if (isPart) {
    // An answer that does not go on exactly where we asked cannot be joined to what is here.
    if (!isPlain || range === null || range.first !== plan.from || range.last === null) return 'start-over';
    const knownEtag = plan.state?.etag ?? null;
    if (etag !== null && knownEtag !== null && etag !== knownEtag) return 'start-over';
    if (etag === null && plan.state !== null && strongEtag(knownEtag) !== null) {
      // That it goes on with the same file nobody says: some look at no condition.
      await saveState(request.part, { ...plan.state, etag: null });
      return 'compare';
    }
    const known = plan.state?.totalBytes ?? null;
    if (known !== null && range.total !== null && known !== range.total) return 'start-over';
    if (told !== null && held?.name === told.name && held.hex !== told.hex) return 'start-over';
  }
  const from = isPart ? plan.from : 0;
  const keep = isPart ? plan.have : 0;
  const total = isPart ? (range?.total ?? plan.state?.totalBytes ?? null) : isPlain ? contentLength(headers) : null;
  const pieceEnd = isPart ? (range?.last ?? 0) + 1 : total;

  const tooLarge = (): DownloadFault =>
    new DownloadFault({ reason: 'too-large', limitBytes: request.maxBytes }, { discardPart: true });
  if (total !== null && total > request.maxBytes) throw tooLarge();
  // What is written over needs no room of its own.
  await ports.disk.claim(request.part, total === null ? null : Math.max(0, total - here));

  const digest = held ?? told;
  const next: ResumeState = {
    url: request.url,
    etag: isPlain ? etag : null,
    lastModified: isPlain ? headerText(headers, 'last-modified') : null,
    totalBytes: total,
    syncedBytes: Math.min(keep, plan.state?.syncedBytes ?? 0),
    bootId: ports.bootId,
    ...(request.isEarly ? { isEarly: true } : {}),
    ...(digest === null ? {} : { digest }),
  };
  const tail = keep > from ? await readTail(request.part, from, keep) : null;
  const body = unpack(opened.body, packed, url.host);
  const start = here > 0 && keep === 0 ? await judgedStart(ports, request, attempt, body, url.host) : [];
  // What was known of the bytes that are written over is true of none behind a kill.
  if (start.length > 0) await rm(request.part.stateFile, { force: true });
  const state = isPlain ? next : null;
  const writer = await openWriter(ports, request, { keepBytes: keep, totalBytes: total, digest, state });
  try {
    // Without its state a part starts over: packed bytes cannot be resumed at a position of the unpacked file.
    if (isPlain) await saveState(request.part, next);
    else await rm(request.part.stateFile, { force: true });
    request.onStarted();
    request.onProgress(writer.position, total);
    const isSame = await pump(ports, request, attempt, { opened, body, start, tail, writer, total, tooLarge });
    if (!isSame) return 'start-over';

    if (pieceEnd !== null && writer.position !== pieceEnd) {
      const isLonger = writer.position > pieceEnd;
      throw new DownloadFault(
        isLonger
          ? { reason: 'wrong-length', host: url.host, gotBytes: writer.position, promisedBytes: pieceEnd }
          : { reason: 'ended-early', host: url.host, gotBytes: writer.position, promisedBytes: pieceEnd },
        { discardPart: isLonger, endedAt: writer.position },
      );
    }
    // Of an unknown whole all is here once nothing comes behind it.
    if (total === null ? isPart : writer.position < total) {
      if (writer.position > keep) return 'ask-for-more'; // the server gives its files in pieces
      if (total !== null) throw new DownloadFault({ reason: 'unexpected-status', host: url.host, status });
      if (!plan.isBehindPiece || keep > from) return 'ask-behind';
    }
    const whole = await finishHeld(request, writer, digest, url.host);
    if (isPlain && total === null) await saveState(request.part, { ...next, totalBytes: whole.sizeBytes });
    return { done: whole };
  } finally {
    await writer.close();
  }
}

interface PumpInput {
  readonly opened: OpenedFile;
  readonly body: ResponseBody;
  /** Its beginning, where that was read and judged before. */
  readonly start: Uint8Array[];
  /** What the first bytes must be equal to. */
  readonly tail: Buffer | null;
  readonly writer: PartWriter;
  readonly total: number | null;
  readonly tooLarge: () => DownloadFault;
}

/** Moves the body into the writer. False where the beginning is not what we have: the file has changed. */
async function pump(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
  { opened, body, start: judged, tail, writer, total, tooLarge }: PumpInput,
): Promise<boolean> {
  const { host } = opened.url;
  const stall = watchStall(ports.stall, () =>
    attempt.abort(new DownloadFault({ reason: 'stalled', host }, { endedAt: writer.position })),
  );
  const start: Uint8Array[] = [];
  let startBytes = writer.position === 0 && judged.length === 0 ? 0 : Infinity;
  let compared = 0;
  let roomCheckedAt = writer.position;
  try {
    for (;;) {
      stall.waiting(true);
      const next = judged.shift() ?? body.next();
      let chunk = await Promise.resolve(next).catch((error: unknown) => {
        attempt.signal.throwIfAborted();
        if (error instanceof DownloadFault) throw error;
        const fault = faultOfConnection(error, host);
        throw fault === null ? error : new DownloadFault(fault.trouble, { cause: error, endedAt: writer.position });
      });
      stall.waiting(false);
      if (chunk === null) break;
      stall.received(chunk.length);
      request.onBytes(chunk.length);

      if (tail !== null && compared < tail.length) {
        const length = Math.min(chunk.length, tail.length - compared);
        if (tail.compare(chunk, 0, length, compared, compared + length) !== 0) return false;
        compared += length;
        chunk = chunk.subarray(length);
        if (chunk.length === 0) continue;
      }
      if (writer.position + chunk.length > request.maxBytes) throw tooLarge();
      if (startBytes < sniffBytes) {
        start.push(Buffer.from(chunk));
        startBytes += chunk.length;
        if (startBytes >= sniffBytes) await request.checkStart(Buffer.concat(start));
      }
      const full = writer.append(chunk);
      if (full !== undefined) await full;
      if (writer.position - roomCheckedAt >= checkRoomEveryBytes) {
        roomCheckedAt = writer.position;
        await ports.disk.claim(request.part, total === null ? null : Math.max(0, total - writer.position));
      }
      request.onProgress(writer.position, total);
      const turn = ports.giveWay(chunk.length);
      if (turn !== undefined) await turn;
    }
  } finally {
    stall.stop();
    if (body !== opened.body) body.cancel();
  }
  if (startBytes > 0 && startBytes < sniffBytes) await request.checkStart(Buffer.concat(start));
  // An answer that ended inside the compared bytes brought nothing new; its length is judged by the caller.
  return true;
}

/**
 * The beginning of an answer that is to be written over what is here. A page or a message, as of a network that wants a
 * login, would leave nothing of a film that was nearly whole.
 * @throws DownloadFault what is here stays
 */
async function judgedStart(
  ports: TransferPorts,
  request: TransferRequest,
  attempt: AbortController,
  body: ResponseBody,
  host: string,
): Promise<Uint8Array[]> {
  const start: Uint8Array[] = [];
  try {
    await beforeBody(ports, attempt, host, async () => {
      for (let bytes = 0; bytes < sniffBytes;) {
        const chunk = await body.next();
        if (chunk === null) break;
        start.push(Buffer.from(chunk));
        bytes += chunk.length;
      }
    });
    if (start.length === 0) throw new DownloadFault({ reason: 'empty', host });
    await request.checkStart(Buffer.concat(start));
    return start;
  } catch (error) {
    body.cancel();
    if (!(error instanceof DownloadFault)) throw error;
    throw new DownloadFault(error.trouble, { cause: error, isExpired: error.isExpired });
  }
}

/**
 * Bytes with another checksum may still be the best that there will ever be, so they stay on disk; without their state
 * the next attempt asks for the whole file, and writes over them once it comes.
 * @throws DownloadFault `other-checksum`
 */
async function finishHeld(
  { part, otherSha256 }: TransferRequest,
  writer: PartWriter,
  digest: ToldDigest | null,
  host: string,
): Promise<Transferred> {
  const { sizeBytes, sha256, beside } = await writer.finish();
  if (digest !== null && digest.hex !== (beside ?? sha256) && sha256 !== otherSha256) {
    await rm(part.stateFile, { force: true });
    throw new DownloadFault({ reason: 'other-checksum', host }, { otherSha256: sha256 });
  }
  return { sizeBytes, sha256 };
}

interface WriterPlan {
  readonly keepBytes: number;
  readonly totalBytes: number | null;
  readonly digest: ToldDigest | null;
  /** Saved with what was synced; `null` where nothing can go on with the bytes. */
  readonly state: ResumeState | null;
}

function openWriter(
  ports: TransferPorts,
  request: TransferRequest,
  { keepBytes, totalBytes, digest, state }: WriterPlan,
): Promise<PartWriter> {
  const isSmall = totalBytes !== null && totalBytes < smallFileBytes;
  return openPartWriter({
    file: request.part.file,
    keepBytes,
    signal: request.signal,
    hasher: isSmall ? ports.smallHasher : ports.hasher,
    beside: digest === null || digest.name === 'sha256' ? null : digest.name,
    ...(isSmall ? smallBlocks : largeBlocks),
    syncEveryBytes,
    onSynced: (syncedBytes) =>
      state === null ? Promise.resolve() : writeState(request.part, { ...state, syncedBytes }),
  });
}

async function readTail(part: Part, from: number, end: number): Promise<Buffer> {
  const handle = await open(part.file, 'r');
  try {
    return await readAt(handle, from, end - from);
  } finally {
    await handle.close();
  }
}

async function saveState(part: Part, state: ResumeState): Promise<void> {
  await writeState(part, state).catch((error: unknown) => {
    throw orFaultOfDisk(error);
  });
}

function hostOf(url: string): string {
  return canParseUrl(url) ? new URL(url).host : url;
}
