import { olderBuilds } from '../../common/shared-status.ts';
import { say, sayTold } from '../../common/texts/language.ts';
import { refusalTexts } from '../../common/texts/en-requests.ts';
import type { MaybeTold } from '../../common/texts/sentence.ts';
import { asTyped } from '../../common/texts/typed.ts';
import type { Status } from '../../common/status.ts';
import { without } from '../../common/without.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatBytes, formatLabel, formatTime, oneLine } from '../format.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

export const runStatus: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } });
  const inbox = await needLocal(flags.dataDir);
  const status = await inbox.call('app:status');
  terminal.out(flags.isSet('json') ? JSON.stringify(forPrograms(status)) : describe(status, inbox.galleryUrl));
  return 0;
};

/** The agreed shape: programs have the English sentences, not what they are in other languages. */
function forPrograms(status: Status): Status {
  const { tunnel, storage, requests, orders, hooks, shared, apart, shelf } = status;
  const last = requests.lastRefused;
  return {
    ...status,
    requests: { ...requests, lastRefused: last === null ? null : without(last, 'text') },
    storage: without(storage, 'text'),
    tunnel: without(tunnel, 'text'),
    ...(orders === undefined ? {} : { orders: without(orders, 'text') }),
    ...(hooks === undefined ? {} : { hooks: without(hooks, 'text') }),
    ...(shared === undefined ? {} : { shared: without(shared, 'text') }),
    ...(apart === undefined ? {} : { apart: without(apart, 'text') }),
    ...(shelf === undefined ? {} : { shelf: without(shelf, 'text') }),
  };
}

const { counts, status: words } = terminalTexts;

const label = (name: keyof typeof words.labels): string => formatLabel(words.labels[name], 10);
const noLabel = ' '.repeat(10);

function describe(
  {
    pid,
    dataDir,
    tasks,
    videos,
    diskFreeBytes,
    requests,
    storage,
    tunnel,
    watch,
    orders,
    hooks,
    shared,
    apart,
    shelf,
  }: Status,
  galleryUrl: string,
): string {
  const waiting = videos.queued + videos.downloading;
  return [
    words.runs(pid, dataDir),
    label('tasks') + words.tasks(tasks.total, tasks.succeeded, tasks.failed, tasks.processing, tasks.unknown),
    label('videos') + words.videos(videos.saved, waiting, videos.failed, videos.expired),
    ...(watch.pending === 0 ? [] : [label('waiting') + describeWatch(watch)]),
    label('disk') + words.free(formatBytes(diskFreeBytes)),
    ...told(storage),
    ...(shelf === undefined ? [] : told(shelf)),
    ...(orders === undefined ? [] : told(orders)),
    ...(hooks === undefined ? [] : told(hooks)),
    ...refusedLine(requests),
    label('gallery') + galleryUrl,
    `${label('callback')}${words.reachability[tunnel.state]}${tunnel.callbackUrl === '' ? '' : `: ${tunnel.callbackUrl}`}`,
    ...told(tunnel),
    ...(shared === undefined ? [] : sharedLines(shared)),
    ...(apart === undefined ? [] : told(apart)),
  ].join('\n');
}

function told(trouble: MaybeTold): readonly string[] {
  const said = sayTold(trouble);
  return said === null ? [] : [noLabel + said];
}

/** Nothing to tell of a day on which nothing was refused. */
export function refusedLine({ refusedToday, lastRefused, trouble }: Status['requests']): readonly string[] {
  if (refusedToday === 0 || lastRefused === null) return [];
  return [
    ...(trouble === null
      ? []
      : [
          label('trouble') +
            words.trouble(formatTime(trouble.since), oneLine(say(refusalTexts[trouble.code](trouble.facts)), 200)),
        ]),
    label('refused') +
      words.refused(counts.callbacks(refusedToday), lastRefused.status, oneLine(sayTold(lastRefused), 200)),
    noLabel + asTyped(words.showRefused),
  ];
}

function sharedLines(shared: NonNullable<Status['shared']>): readonly string[] {
  const older = olderBuilds(shared.nodes);
  const lines = shared.nodes.map((node) => {
    const { name, isThis, isThere, roles, outbox, seenAt, noRoomFor } = node;
    const whose = isThis ? words.thisOne : '';
    const state = isThere ? words.toBeSent(roles.join(', '), outbox) : words.awaySince(formatTime(seenAt));
    // No comma: in Chinese, Japanese and Arabic it is another one.
    const lacks = isThere && noRoomFor !== undefined ? ` · ${words.noRoomFor[noRoomFor]}` : '';
    const build = older.includes(node) ? ` · ${words.olderBuild}` : '';
    return `${name}${whose}: ${state}${lacks}${build}`;
  });
  return [
    ...lines.map((line, index) => (index === 0 ? label('machines') : noLabel) + oneLine(line, 200)),
    ...told(shared),
  ];
}

/** Why nobody is asked (no key, another machine's turn, no address) stands beside each task. */
export function describeWatch({ pending, overdue, nextAskAt }: Status['watch']): string {
  const next = nextAskAt === null ? words.nobodyAsked : words.nextAsk(formatTime(nextAskAt));
  // No comma: in Chinese, Japanese and Arabic it is another one.
  return `${words.watch(counts.tasks(pending), overdue)} · ${next}`;
}
