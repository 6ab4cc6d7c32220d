import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';

/** What providers are given; `null` until it is known, and where callbacks arrive at another machine. */
export function useCallbackUrl(): string | null {
  const { state } = useInbox();
  const url = useStore(state, ({ callback, tunnel }) => callback?.url ?? tunnel?.callbackUrl ?? '');
  return url === '' ? null : url;
}
