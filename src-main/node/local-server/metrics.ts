/** The state of an inbox as numbers for a monitoring, in the text form of OpenMetrics 1.0. */
import type { Status } from '../../common/status.ts';

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Nothing in it names a task, an address or a secret. */
export function metricsText(status: Status): string {
  return `${metricsOf(status).map(describe).join('')}# EOF\n`;
}

/** The same for whoever sends them elsewhere. */
export function metricsOf(status: Status): readonly Metric[] {
  const { tasks, videos, diskFreeBytes, watch, storage, tunnel, shared, shelf } = status;
  const byState = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).flatMap(([state, value]) => (state === 'total' ? [] : [{ labels: { state }, value }]));
  const one = (value: number) => [{ value }];
  return [
    { name: 'video_inbox_tasks', help: 'Tasks in the library.', samples: byState(tasks) },
    { name: 'video_inbox_videos', help: 'Videos of the tasks.', samples: byState(videos) },
    { name: 'video_inbox_disk_free_bytes', help: 'Room on the disk of the data folder.', samples: one(diskFreeBytes) },
    { name: 'video_inbox_watch_pending', help: 'Tasks whose end is waited for.', samples: one(watch.pending) },
    { name: 'video_inbox_watch_overdue', help: 'Those whose usual time has passed.', samples: one(watch.overdue) },
    {
      name: 'video_inbox_storage_ok',
      help: '1 where what arrives can be kept.',
      samples: one(storage.state === 'ok' ? 1 : 0),
    },
    {
      name: 'video_inbox_tunnel_online',
      help: '1 where the callback URL was proven reachable.',
      samples: one(tunnel.state === 'online' ? 1 : 0),
    },
    ...(shelf === undefined
      ? []
      : [
          {
            name: 'video_inbox_shelf_ok',
            help: '1 where the shelf of videos on S3 gives and takes what it is asked.',
            samples: one(shelf.state === 'ok' ? 1 : 0),
          },
        ]),
    ...(shared === undefined ? [] : sharedMetrics(shared)),
  ];
}

function sharedMetrics(shared: NonNullable<Status['shared']>): readonly Metric[] {
  const { outbox, feedDelayMs, seen, leases, nodes, state, isListening } = shared;
  const one = (value: number) => [{ value }];
  return [
    {
      name: 'video_inbox_shared_ok',
      help: '1 where the shared database answers and nothing holds it back.',
      samples: one(state === 'ok' ? 1 : 0),
    },
    { name: 'video_inbox_shared_listening', help: '1 where wake-ups arrive.', samples: one(isListening ? 1 : 0) },
    {
      name: 'video_inbox_outbox_events',
      help: 'Events that the shared log does not have yet.',
      samples: one(outbox.waiting),
    },
    {
      name: 'video_inbox_feed_delay_seconds',
      help: 'For so long nothing has come through although something was committed.',
      samples: one(feedDelayMs / 1000),
    },
    { name: 'video_inbox_seen_events', help: 'Number of the last event that was seen.', samples: one(seen) },
    { name: 'video_inbox_leases', help: 'Work that this machine holds.', samples: one(leases.length) },
    {
      name: 'video_inbox_node_there',
      help: '1 for each machine that has told of itself lately.',
      samples: nodes.map(({ node, name, isThere }) => ({ labels: { node, name }, value: isThere ? 1 : 0 })),
    },
  ];
}

function describe({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}\n`;
  });
  return `# TYPE ${name} gauge\n# HELP ${name} ${help}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
