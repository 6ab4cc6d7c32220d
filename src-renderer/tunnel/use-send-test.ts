import { useState } from 'react';
import { useInbox } from '../inbox.ts';

/** A test callback to the callback URL, one at a time. */
export function useSendTest(): { readonly sending: boolean; readonly send: () => void } {
  const { actions } = useInbox();
  const [sending, setSending] = useState(false);
  return {
    sending,
    send() {
      if (sending) return;
      setSending(true);
      void actions.sendTest().then(() => setSending(false));
    },
  };
}
