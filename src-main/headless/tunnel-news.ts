import { inARow } from '../common/texts/amounts.ts';
import { sayTold } from '../common/texts/language.ts';
import { twinTexts } from '../common/texts/en-sync.ts';
import type { TunnelStatus } from '../common/status.ts';
import { terminalTexts } from './texts/en.ts';

const catchingUp = twinTexts.catchingUp(0).key;

/**
 * Tells a terminal how it stands with the public address: each news once, however often the tunnel tries.
 * @param isOwn Callbacks arrive at this inbox: a copy of another one has no address to make public.
 */
export function createTunnelNews(tell: (line: string) => void, isOwn: () => boolean): (status: TunnelStatus) => void {
  const { note, serve } = terminalTexts;
  let last = '';
  return ({ kind, state, callbackUrl, ...told }) => {
    const trouble = sayTold(told);
    const news = state === 'online' ? serve.reachable(callbackUrl) : trouble === null ? '' : note(trouble);
    // How much a copy lacks is another number with each page that comes.
    const topic = state !== 'online' && told.text?.key === catchingUp ? catchingUp : news;
    if (topic === '' || topic === last) return;
    last = topic;
    tell(kind === 'none' && isOwn() ? inARow(news, serve.makeReachable) : news);
  };
}
