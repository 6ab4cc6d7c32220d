import { useState } from 'react';
import { useInbox } from '../inbox.ts';

interface Check {
  readonly checking: boolean;
  readonly check: () => void;
}

/** "Check now": a test request goes out and the state is told anew, whatever came of it. */
export function useCheck(): Check {
  const { client, state, notices, describe } = useInbox();
  const [checking, setChecking] = useState(false);
  return {
    checking,
    check() {
      if (checking) return;
      setChecking(true);
      client
        .call('tunnel:check')
        .then((data) => state.receive({ name: 'tunnel:changed', data }))
        .catch((error: unknown) => void notices.post({ text: describe(error), kind: 'bad' }))
        .finally(() => setChecking(false));
    },
  };
}
