/** What the light of a copy says: it is the light of the inbox elsewhere, with what is wrong between the two. */
import type { TunnelStatus } from '../../common/status.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { type Sentence, told } from '../../common/texts/sentence.ts';
import { without } from '../../common/without.ts';
import type { TwinState } from './twin-state.ts';

/** So many tasks are named. */
const mostNamed = 3;

/** What needs the person there goes before what is only here. */
export function lightOf(
  tunnel: TunnelStatus,
  { onlyHere, own, notTaken, leftOut }: Pick<TwinState, 'onlyHere' | 'own' | 'notTaken' | 'leftOut'>,
): TunnelStatus {
  if (tunnel.state === 'blocked' || tunnel.state === 'degraded') return tunnel;
  if (onlyHere.length > 0) return withWords(tunnel, twinTexts.onlyHere(onlyHere.length, named(onlyHere)));
  if (own.length > 0) return withWords(tunnel, twinTexts.cameApart(own.length, named(own)));
  if (notTaken.length > 0) return withWords(tunnel, twinTexts.notTaken(notTaken.length, named(notTaken)));
  if (leftOut.length > 0) return withWords(tunnel, twinTexts.newerThere);
  // Its own words are about the computer that it runs on.
  return tunnel.text?.key === tunnelTextsEn.none.key ? withWords(tunnel, twinTexts.noTunnelThere) : tunnel;
}

/** It cannot be followed now. @param known what it told last */
export function lightOfNone(known: TunnelStatus | null, why: Sentence): TunnelStatus {
  const none: TunnelStatus = {
    kind: 'none',
    state: 'offline',
    publicUrl: null,
    callbackUrl: '',
    provenAt: null,
    message: null,
  };
  return { ...withWords(known ?? none, why), state: 'offline' };
}

export function withWords(status: TunnelStatus, words: Sentence): TunnelStatus {
  return { ...without(status, 'text'), ...told(words) };
}

function named(keys: readonly string[]): string {
  return [...keys.slice(0, mostNamed), ...(keys.length > mostNamed ? ['…'] : [])].join(', ');
}
