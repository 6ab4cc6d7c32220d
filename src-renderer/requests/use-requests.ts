import { useCallback } from 'react';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { RequestPage, RequestQuery } from '../../src-main/common/requests.ts';
import type { Call } from '../client/renderer-client.ts';
import { type Asked, useAsked } from '../settings/use-asked.ts';

const isNews = ({ name }: PageEvent): boolean => name === 'requests:changed' || name === 'resync';

/** The newest that match, asked for again when others arrive. */
export function useRequests({ show, provider, text, limit }: Omit<RequestQuery, 'offset'>): Asked<RequestPage> {
  const ask = useCallback(
    (call: Call) => call('requests:query', { show, provider, text, offset: 0, limit }),
    [show, provider, text, limit],
  );
  return useAsked(ask, isNews);
}
