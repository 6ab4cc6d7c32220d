/** What a tunnel shows of itself: keeps the last snapshot, tells of changes, and logs when the address went and came back. */
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../clock.ts';
import type { TunnelSnapshot } from './tunnel.ts';

export interface Snapshots {
  readonly current: () => TunnelSnapshot;
  /** When `state` became what it is; ISO time. */
  readonly since: () => string;
  readonly onChange: (listener: (snapshot: TunnelSnapshot) => void) => () => void;
  readonly set: (next: TunnelSnapshot) => void;
}

const fields = ['kind', 'state', 'publicUrl', 'provenAt', 'message'] as const;

export function createSnapshots(first: TunnelSnapshot, ports: { readonly clock: Clock; readonly log: Log }): Snapshots {
  const { clock, log } = ports;
  const listeners = new Set<(snapshot: TunnelSnapshot) => void>();
  let current = first;
  let since = clock.date();
  let announced = first;
  let announcing = false;
  let downSince: Date | null = null;

  function logTurn(previous: TunnelSnapshot, next: TunnelSnapshot): void {
    const at = clock.date();
    if (previous.state === 'online' && next.state !== 'online') {
      downSince = at;
      const { state, message, provenAt } = next;
      const facts = { at: at.toISOString(), state, provenAt, message };
      if (next.text?.key === tunnelTextsEn.stopped.key) log.info(facts, 'the public address is switched off');
      else log.warn(facts, 'the public address is not reachable');
    } else if (previous.state !== 'online' && next.state === 'online') {
      const from = downSince?.toISOString() ?? null;
      const downSeconds = downSince ? Math.round((at.getTime() - downSince.getTime()) / 1000) : null;
      log.info(
        { at: at.toISOString(), from, downSeconds, publicUrl: next.publicUrl },
        'the public address is reachable',
      );
      downSince = null;
    }
  }

  /** Later, so that nobody is called back inside his own call; several changes of one turn are told as one. */
  function announce(): void {
    if (announcing) return;
    announcing = true;
    queueMicrotask(() => {
      announcing = false;
      if (current === announced) return;
      announced = current;
      for (const listener of [...listeners]) listener(current);
    });
  }

  return {
    current: () => current,
    since: () => since.toISOString(),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(next) {
      if (fields.every((field) => current[field] === next[field])) return;
      if (current.state !== next.state) since = clock.date();
      logTurn(current, next);
      current = next;
      announce();
    },
  };
}
