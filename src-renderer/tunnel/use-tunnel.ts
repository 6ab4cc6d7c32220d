import type { TunnelStatus } from '../../src-main/common/status.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { reach, type Reach } from './reach.ts';

export interface TunnelNow {
  readonly status: TunnelStatus;
  readonly reach: Reach;
}

/** What is known of the public address at this moment, its ages ticking; `null` until it is known. */
export function useTunnel(): TunnelNow | null {
  const { state, format, now } = useInbox();
  const status = useStore(state, (value) => value.tunnel);
  const present = useStore(now, (value) => value);
  return status === null ? null : { status, reach: reach(status, format, present) };
}
