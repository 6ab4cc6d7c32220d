/** How far the events of other machines have come into this log: each is stored once, however often it is sent. */
import type { Origin } from '../../common/events.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { LogAway } from './feed.ts';

export interface SeenOrigins {
  /** The log is read once, when someone asks first. */
  hasSeen(origin: Origin): Promise<boolean>;
  close(): void;
}

export function createSeenOrigins(log: EventLog): SeenOrigins {
  const highest = new Map<string, number>();
  const see = ({ origin }: { readonly origin?: Origin }): void => {
    if (origin !== undefined) highest.set(origin.node, Math.max(origin.k, highest.get(origin.node) ?? 0));
  };
  const unfollow = log.follow('seen origins', see);
  let reading: Promise<unknown> | null = null;
  return {
    async hasSeen({ node, k }) {
      reading ??= log.read(null, see).then(({ isAway }) => {
        if (isAway === true) throw new LogAway();
      });
      try {
        await reading;
      } catch (error) {
        reading = null;
        throw error;
      }
      return k <= (highest.get(node) ?? 0);
    },
    close: unfollow,
  };
}
