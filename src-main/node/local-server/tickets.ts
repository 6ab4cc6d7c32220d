/**
 * One-use tickets to the gallery. Whoever starts a browser hands it an address, and everyone on the machine can read that
 * in the list of processes; a ticket is worth nothing once the browser has used it, or after a minute.
 */
import { randomBytes } from 'node:crypto';

export interface Tickets {
  make(): string;
  /** True once for each ticket, and only while it lives. */
  redeem(ticket: string): boolean;
}

const lifeMs = 60_000;
/** So many at once is more than anyone opens in a minute. */
const mostAlive = 100;

export function createTickets(now: () => number): Tickets {
  const alive = new Map<string, number>();
  return {
    make() {
      const time = now();
      for (const [ticket, until] of alive) {
        if (until <= time || alive.size >= mostAlive) alive.delete(ticket);
      }
      const ticket = randomBytes(24).toString('base64url');
      alive.set(ticket, time + lifeMs);
      return ticket;
    },
    redeem(ticket) {
      const until = alive.get(ticket);
      alive.delete(ticket);
      return until !== undefined && until > now();
    },
  };
}
