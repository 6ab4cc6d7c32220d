/**
 * What a maintainer needs to know of an inbox that does not do what it should, as text to paste into a report. It holds
 * numbers, codes and names of this program's own; nothing of what the person made, and no address, key, path or text of
 * theirs. What comes from the log is cleaned by `withoutTheirs`.
 */
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AppInfo, SecretView } from '../../common/contract.ts';
import type { DoctorReport } from '../../common/doctor-report.ts';
import type { Status } from '../../common/status.ts';
import type { Task } from '../../common/model.ts';
import type { RequestHead } from '../../common/requests.ts';
import type { SettingsValues } from '../../common/settings.ts';
import { diagnosticTexts as words } from '../../common/texts/en-diagnostics.ts';
import { takingTurns } from '../in-turns.ts';

export interface DiagnosticFacts {
  readonly info: Omit<AppInfo, 'dataDir' | 'command' | 'tunnelIsFixed'>;
  readonly now: Date;
  /** What only a running inbox knows. */
  readonly running: {
    readonly status: Status;
    readonly settings: SettingsValues;
    readonly secrets: readonly SecretView[];
    /** Newest first. */
    readonly refused: readonly RequestHead[];
  } | null;
  /** Newest first; so many are looked at. */
  readonly tasks: Iterable<Task>;
  readonly lastCheck: LastCheck | null;
  readonly logsDir: string;
}

/** What is kept of a check: a report may name a hundred thousand films. */
export interface LastCheck extends Pick<DoctorReport, 'ok' | 'tasks' | 'videosChecked' | 'journal'> {
  readonly at: string;
  /** How many of each kind. */
  readonly problems: ReadonlyMap<string, number>;
}

export function lastCheckOf({ ok, tasks, videosChecked, journal, problems }: DoctorReport): LastCheck {
  const kinds = new Map<string, number>();
  for (const { code, mended } of problems) {
    const kind = mended ? `${code} (${words.mended})` : code;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return { at: new Date().toISOString(), ok, tasks, videosChecked, journal, problems: kinds };
}

const lookedAt = 5000;
const shownFaults = 30;
const logTail = 512 * 1024;

export async function writeDiagnostics(facts: DiagnosticFacts): Promise<string> {
  const { info, now, running, lastCheck } = facts;
  const lines = [
    `Video Inbox ${info.version} (${info.host}), ${now.toISOString()}`,
    `${words.system}: ${info.platform} ${process.arch} ${os.release()}, ${versions()}, ${words.machine(os.availableParallelism(), mib(os.totalmem()))}`,
    `${words.process}: ${words.upFor(Math.round(process.uptime()))}, ${mib(process.memoryUsage.rss())} MiB, ${Intl.DateTimeFormat().resolvedOptions().locale}`,
    ...(running === null ? [words.notRunning] : runningLines(running)),
    ...section(words.lost, await lostVideos(facts.tasks)),
    ...(lastCheck === null ? [words.noCheck] : checkLines(lastCheck)),
    ...section(words.faults, await faultsIn(path.join(facts.logsDir, 'video-inbox.log'))),
    words.promise,
  ];
  return lines.join('\n');
}

function versions(): string {
  const { node, electron, chrome } = process.versions;
  return [`Node ${node}`, ...(electron === undefined ? [] : [`Electron ${electron}, Chromium ${chrome ?? '?'}`])].join(
    ', ',
  );
}

const mib = (bytes: number): string => String(Math.round(bytes / 1024 / 1024));

function pairs(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`${title}: ${words.none}`] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function runningLines({
  status,
  settings,
  secrets,
  refused,
}: NonNullable<DiagnosticFacts['running']>): readonly string[] {
  const { tunnel, storage, watch, requests, diskFreeBytes, shared } = status;
  return [
    `${words.tasks}: ${pairs(status.tasks)}`,
    `${words.videos}: ${pairs(status.videos)}`,
    `${words.light}: ${tunnel.kind} ${tunnel.state}, ${words.proven(tunnel.provenAt)}`,
    `${words.storage}: ${storage.state}, ${words.free(mib(diskFreeBytes))}`,
    `${words.watch}: ${words.watched(watch.pending, watch.overdue)}`,
    ...(shared === undefined ? [] : [`${words.shared}: ${shared.roles.join(', ')}, ${shared.state}`]),
    ...section(
      words.refused(requests.refusedToday),
      refused.map(({ at, status: answer, code, provider, again }) =>
        [at, String(answer), code ?? '?', provider ?? '', again > 0 ? `+${String(again)}` : ''].join(' ').trimEnd(),
      ),
    ),
    `${words.secrets}: ${
      secrets
        .filter(({ isSet }) => isSet)
        .map(({ name, fromEnvironment }) => (fromEnvironment ? `${name} (${words.fromEnvironment})` : name))
        .join(', ') || words.none
    }`,
    ...section(words.settings, settingLines(settings)),
  ];
}

/** Texts may be addresses and passwords: only whether there is one is told. */
function settingLines(settings: SettingsValues): readonly string[] {
  return Object.entries<Readonly<Record<string, unknown>>>(settings).map(
    ([name, fields]) =>
      `${name}: ${Object.entries(fields)
        .map(([field, value]) => `${field} ${shownSetting(`${name}.${field}`, value)}`)
        .join(', ')}`,
  );
}

function shownSetting(name: string, value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return words.entries(value.length);
  return name === 'tunnel.kind' && typeof value === 'string' ? value : value === '' ? words.empty : words.set;
}

async function lostVideos(tasks: Iterable<Task>): Promise<readonly string[]> {
  const counts = new Map<string, number>();
  let looked = 0;
  for await (const task of takingTurns(tasks)) {
    looked += 1;
    if (looked > lookedAt) break;
    for (const { state, errorCode, errorReason } of task.videos) {
      if (state !== 'failed' && state !== 'expired') continue;
      const why = [task.provider, state, errorCode ?? '?', errorReason ?? ''].join(' ').trimEnd();
      counts.set(why, (counts.get(why) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, shownFaults)
    .map(([why, count]) => `${String(count)} × ${why}`);
}

function checkLines({ at, ok, tasks, videosChecked, problems, journal }: LastCheck): readonly string[] {
  const { events, segments, bytes, repeats, oldest, newest, types } = journal;
  return [
    ...section(
      `${words.check(at)}: ${ok ? words.well : words.notWell}, ${words.checked(tasks, videosChecked)}`,
      [...problems].map(([code, count]) => `${String(count)} × ${code}`),
    ),
    `${words.journal}: ${words.journalFacts({ events, segments, bytes, repeats })}, ${oldest ?? '-'} … ${newest ?? '-'}`,
    `  ${types.map(({ type, count }) => `${type} ${String(count)}`).join(', ')}`,
  ];
}

/** The last warnings and errors of the log: what the program said, what kind of error it was, and where. */
async function faultsIn(file: string): Promise<readonly string[]> {
  const lines = (await tailOf(file)).split('\n');
  const faults = lines.flatMap((line) => {
    const fault = parsed(line);
    return fault === null || !/^(warn|error|fatal)$/.test(String(fault['level'])) ? [] : [faultLine(fault)];
  });
  return faults.slice(-shownFaults);
}

async function tailOf(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - logTail);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null; // the first line of a tail is the end of one
  }
}

function faultLine({ time, level, msg, error }: Readonly<Record<string, unknown>>): string {
  const said = [String(time), String(level), withoutTheirs(String(msg))].join(' ');
  if (typeof error !== 'object' || error === null) return said;
  const { type, code, message, stack } = error as Readonly<Record<string, unknown>>;
  const what = [type, code].filter((each): each is string => typeof each === 'string' && /^[\w-]{1,60}$/.test(each));
  const text = typeof message === 'string' ? withoutTheirs(message.slice(0, 500)) : '';
  return `${said} [${[...what, text].join(' ').trim()}]${framesOf(stack)}`;
}

/** File, line and column of our own code, without the folders. */
function framesOf(stack: unknown): string {
  if (typeof stack !== 'string') return '';
  const frames = [...stack.matchAll(/[\\/]([\w.-]{1,60}\.(?:cjs|mjs|js|ts)):(\d{1,7}):(\d{1,5})\)?$/gm)];
  return frames
    .slice(0, 4)
    .map(([, name = '', line = '', column = '']) => ` < ${name}:${line}:${column}`)
    .join('');
}

/**
 * The text without what may be the person's: addresses, paths, names of hosts, what stands in quotation marks (a body
 * that was no JSON is quoted in the error), and what looks like a key.
 */
export function withoutTheirs(text: string): string {
  return withoutQuoted(text.replace(/[\r\n]+/g, ' ').replace(/[a-z][a-z0-9+.-]{0,20}:\/\/\S*/gi, '[address]'))
    .replace(/[\w.+-]{1,64}@[\w.-]+/g, '[mail]')
    .replace(/(?:[a-z]:)?(?:[\\/][^\s\\/:,;()[\]]*){2,}/gi, '[path]')
    .replace(/\b(?:[\w-]+\.)+[\w-]{2,}\b(?!\()/g, '[name]')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}\b|(?:[0-9a-f]{0,4}:){2,}[0-9a-f]{0,4}/gi, '[name]')
    .replace(/[\w~+/=-]{20,}/g, '[…]')
    .slice(0, 300);
}

/**
 * From the first mark of a kind to its last, or to the end where one is left open: what is quoted may hold marks itself,
 * as JSON does, and names of folders with an apostrophe.
 */
function withoutQuoted(text: string): string {
  // eslint-disable-next-line regexp/no-super-linear-move -- it ends at the first of them, whatever follows
  let left = text.replace(/[“‘«](?:[^]*[”’»]|[^]*$)/, '“…”');
  for (const mark of ['"', '`', "'"]) {
    const pieces = left.split(mark);
    const rest = pieces.length % 2 === 1 ? (pieces.at(-1) ?? '') : '';
    if (pieces.length > 1) left = `${pieces[0] ?? ''}${mark}…${mark}${rest}`;
  }
  return left;
}
