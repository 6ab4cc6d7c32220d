import { sayTold } from '../../src-main/common/texts/language.ts';
import type { TunnelStatus } from '../../src-main/common/status.ts';
import type { Format } from '../format/format.ts';
import { settingsTexts } from '../texts/texts.ts';

export interface Reach {
  readonly word: string;
  /** Picks the icon and its colour; the word alone says the same. */
  readonly tone: 'good' | 'busy' | 'warn' | 'bad' | 'local';
  /** How that is known. */
  readonly proof: string | null;
  /** What is wrong, with the next step. */
  readonly message: string | null;
  /** What the person can do about it: look again, or go through the three steps. */
  readonly remedy: 'check' | 'steps' | null;
}

/** "Can a callback reach me?" in one word, and how that is known. @param now milliseconds. */
export function reach(tunnel: TunnelStatus, format: Format, now: number): Reach {
  const { reach: words } = settingsTexts;
  const { provenAt } = tunnel;
  const message = sayTold(tunnel);
  const last = provenAt === null ? null : words.lastProven(format.age(provenAt, now));
  // Callbacks arrive at another machine, and where that has no public address it is given one there.
  if (tunnel.callbackUrl === '' || (tunnel.elsewhere && tunnel.kind === 'none'))
    return { word: words.offline, tone: 'local', proof: null, message, remedy: null };
  if (tunnel.kind === 'none') return { word: words.local, tone: 'local', proof: null, message, remedy: 'steps' };
  switch (tunnel.state) {
    case 'online': {
      const proof = provenAt === null ? words.untested : words.proven(format.age(provenAt, now));
      return { word: words.online, tone: 'good', proof, message, remedy: 'check' };
    }
    case 'connecting': {
      const detail = message ?? words.connectingDetail;
      return { word: words.connecting, tone: 'busy', proof: last, message: detail, remedy: null };
    }
    case 'degraded':
      return { word: words.degraded, tone: 'warn', proof: last, message, remedy: 'check' };
    case 'blocked':
      return { word: words.blocked, tone: 'bad', proof: last, message, remedy: tunnel.elsewhere ? null : 'steps' };
    case 'offline':
      return { word: words.offline, tone: 'bad', proof: last, message, remedy: 'check' };
  }
}
