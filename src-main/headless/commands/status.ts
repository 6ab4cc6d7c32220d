import type { Status } from '../../common/contract.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatBytes, formatCount, formatTime, oneLine } from '../format.ts';
import { needLocal } from '../local-client.ts';

export const runStatus: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } });
  const inbox = await needLocal(flags.dataDir);
  const status = await inbox.call('app:status');
  terminal.out(flags.isSet('json') ? JSON.stringify(status) : describe(status, inbox.galleryUrl));
  return 0;
};

const reachability: Record<Status['tunnel']['state'], string> = {
  online: 'reachable',
  degraded: 'connected, but a test did not come through',
  connecting: 'connecting',
  blocked: 'not reachable, needs you',
  offline: 'not reachable from outside',
};

function describe(
  { pid, dataDir, tasks, videos, diskFreeBytes, requests, storage, tunnel, watch, shared }: Status,
  galleryUrl: string,
): string {
  const waiting = videos.queued + videos.downloading;
  return [
    `Video Inbox runs with pid ${String(pid)} on ${dataDir}`,
    `Tasks     ${String(tasks.total)} (${String(tasks.succeeded)} succeeded, ${String(tasks.failed)} failed, ${String(tasks.processing)} in the making, ${String(tasks.unknown)} unclear)`,
    `Videos    ${String(videos.saved)} saved, ${String(waiting)} on their way, ${String(videos.failed)} failed, ${String(videos.expired)} expired`,
    ...(watch.pending === 0 ? [] : [`Waiting   ${describeWatch(watch)}`]),
    `Disk      ${formatBytes(diskFreeBytes)} free`,
    ...(storage.message === null ? [] : [`          ${storage.message}`]),
    ...refusedLine(requests),
    `Gallery   ${galleryUrl}`,
    `Callback  ${reachability[tunnel.state]}: ${tunnel.callbackUrl}`,
    ...(tunnel.message === null ? [] : [`          ${tunnel.message}`]),
    ...(shared === undefined ? [] : sharedLines(shared)),
  ].join('\n');
}

/** Nothing to tell of a day on which nothing was refused. */
export function refusedLine({ refusedToday, lastRefused, trouble }: Status['requests']): readonly string[] {
  if (refusedToday === 0 || lastRefused === null) return [];
  return [
    ...(trouble === null ? [] : [`Trouble   since ${formatTime(trouble.since)}: ${oneLine(trouble.message, 200)}`]),
    `Refused   ${formatCount(refusedToday, 'callback')} today, the last with ${String(lastRefused.status)}: ${oneLine(lastRefused.message, 200)}`,
    '          "video-inbox requests --refused" shows them',
  ];
}

function sharedLines({ nodes, message }: NonNullable<Status['shared']>): readonly string[] {
  const lines = nodes.map(({ name, isThis, isThere, roles, outbox, seenAt }) => {
    const whose = isThis ? ' (this one)' : '';
    const state = isThere ? `${roles.join(', ')}; ${String(outbox)} to be sent` : `away since ${formatTime(seenAt)}`;
    return `${name}${whose}: ${state}`;
  });
  return [
    ...lines.map((line, index) => `${index === 0 ? 'Machines ' : '         '} ${oneLine(line, 200)}`),
    ...(message === null ? [] : [`          ${message}`]),
  ];
}

function describeWatch({ pending, overdue, nextAskAt }: Status['watch']): string {
  const next = nextAskAt === null ? 'no key to ask with' : `next asked at ${nextAskAt}`;
  return `${String(pending)} in the making, ${String(overdue)} overdue, ${next}`;
}
