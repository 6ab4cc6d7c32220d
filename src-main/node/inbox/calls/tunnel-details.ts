/** What the page about the public address shows beside the light: since when, what to do, and who still calls the old one. */
import type { TunnelDetails } from '../../../common/contract.ts';
import type { Task } from '../../../common/model.ts';
import type { TaskTraits } from '../../../common/task-traits.ts';
import type { Library } from '../../projections/library.ts';
import { describeDrift, type UrlMemory } from '../../tunnel/drift.ts';
import type { Probe } from '../../tunnel/reachability.ts';
import type { SwitchableTunnel } from '../../tunnel/switchable-tunnel.ts';
import type { ToTaskView } from '../telling/task-view.ts';

export interface TunnelDetailsPorts {
  readonly tunnel: Pick<SwitchableTunnel, 'details'>;
  readonly probe: Pick<Probe, 'usage'>;
  readonly urlMemory: Pick<UrlMemory, 'drift'>;
  readonly library: Pick<Library, 'newestFirst'>;
  readonly toTaskView: ToTaskView;
}

export function createTunnelDetails(ports: TunnelDetailsPorts): () => Omit<TunnelDetails, 'status'> {
  /** The public address changed: tasks that were sent before it still call the old one. */
  function drift(): TunnelDetails['drift'] {
    const change = ports.urlMemory.drift();
    if (change === null) return null;
    const pending: Task[] = [];
    for (const task of ports.library.newestFirst(isPending)) if (task.receivedAt < change.since) pending.push(task);
    const sentence = describeDrift(change, readableTime);
    return { ...change, sentence, pending: pending.map(ports.toTaskView) };
  }

  return () => {
    const { since = null, advice = null, ngrokCode = null } = ports.tunnel.details() ?? {};
    return { since, advice, ngrokCode, probes: ports.probe.usage(), drift: drift() };
  };
}

function isPending({ head }: { readonly head: TaskTraits }): boolean {
  return head.state === 'processing' && head.trashedAt === null;
}

function readableTime(iso: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}
