/** Which tasks are asked about in one call, where a provider answers for many at once. */
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { Wait } from './watch-list.ts';

export type AskingTogether = Pick<ProviderClient, 'api' | 'asksAtOnce'>;

/** What one call can ask about is one question. */
export function grouped(due: readonly Wait[], client: AskingTogether): readonly (readonly Wait[])[] {
  const groups: Wait[][] = [];
  const last = new Map<string, Wait[]>();
  for (const wait of due) {
    const { provider } = wait.task;
    const group = last.get(provider);
    if (group !== undefined && group.length < client.asksAtOnce(provider)) group.push(wait);
    else {
      const next = [wait];
      groups.push(next);
      last.set(provider, next);
    }
  }
  return groups;
}

/** Those that are due soon come along in a call that has room, and are not asked about by one of their own. */
export function soonBeside(
  group: readonly Wait[],
  waits: Iterable<Wait>,
  now: number,
  client: AskingTogether,
): readonly Wait[] {
  const provider = group[0]?.task.provider ?? '';
  const room = client.asksAtOnce(provider) - group.length;
  if (room <= 0) return [];
  const gap = client.api(provider)?.minGapMs ?? 0;
  return [...waits]
    .filter(
      ({ task, isAsking, nextAt, lastAskAt, failures }) =>
        task.provider === provider &&
        !isAsking &&
        failures === 0 &&
        nextAt > now &&
        nextAt <= now + gap &&
        (lastAskAt === null || lastAskAt + gap <= now),
    )
    .sort((a, b) => a.nextAt - b.nextAt)
    .slice(0, room);
}
