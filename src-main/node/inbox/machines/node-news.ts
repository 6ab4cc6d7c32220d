/** What a person is to know of the machines that share a log, by what each has told of itself. */
import { olderBuilds, type NodeStatus, type Role } from '../../../common/shared-status.ts';
import { sharedTexts } from '../../../common/texts/en-shared.ts';
import type { Sentence } from '../../../common/texts/sentence.ts';

const fetches = ({ isThere, roles }: NodeStatus): boolean => isThere && roles.includes('download');
const isFull = ({ noRoomFor }: NodeStatus): boolean => noRoomFor !== undefined;
const namesOf = (nodes: readonly NodeStatus[]): string => nodes.map(({ name }) => name).join(', ');

/** Another machine that fetches is there, and has room; of older versions that is taken so. */
export function isRoomElsewhere(nodes: readonly NodeStatus[]): boolean {
  return nodes.some((node) => !node.isThis && fetches(node) && !isFull(node));
}

/**
 * The worst first: what is not fetched dies, what is not taken is sent again for a while, and all else can wait.
 * @param lacks no machine does this.
 * @param elsewhere those that keep their videos at another place than this one.
 */
export function worstOf(
  nodes: readonly NodeStatus[],
  lacks: (role: Role) => boolean,
  elsewhere: readonly NodeStatus[],
): Sentence | null {
  if (lacks('download')) return sharedTexts.nobodyFetches;
  const fetching = nodes.filter(fetches);
  // Of one that is alone in it its own status tells it.
  if (!fetching.every(({ isThis }) => isThis) && fetching.every(isFull)) {
    return sharedTexts.noRoomAnywhere(namesOf(fetching));
  }
  if (lacks('intake')) return sharedTexts.nobodyTakes;
  const full = nodes.filter((node) => node.isThere && !node.isThis && isFull(node));
  const refusing = full.filter(({ noRoomFor }) => noRoomFor === 'callbacks');
  if (refusing.length > 0) return sharedTexts.refusedForRoomOn(namesOf(refusing));
  if (lacks('ask')) return sharedTexts.nobodyAsks;
  const untold = toldByNobody(nodes);
  if (untold.length > 0) return sharedTexts.nobodyTells(untold.join(', '));
  if (elsewhere.length > 0) return sharedTexts.otherPlace(namesOf(elsewhere));
  if (full.length > 0) return sharedTexts.noRoomOn(namesOf(full));
  const older = olderBuilds(nodes);
  return older.length > 0 ? sharedTexts.olderBuildOn(namesOf(older)) : onlyOnSentence(nodes);
}

/** `null` where none of them has films on its disk only. */
export function namesOfHolders(nodes: readonly NodeStatus[]): string | null {
  const holders = nodes.flatMap(({ name, onlyHere }) =>
    onlyHere === undefined || onlyHere.films === 0 ? [] : [`${name} (${String(onlyHere.films)})`],
  );
  return holders.length === 0 ? null : holders.join(', ');
}

/** Of one that does not run a person must know: nothing goes on by itself. */
export function onlyOnSentence(nodes: readonly NodeStatus[]): Sentence | null {
  const away = namesOfHolders(nodes.filter(({ isThere, isThis }) => !isThere && !isThis));
  if (away !== null) return sharedTexts.onlyOnAway(away);
  const there = namesOfHolders(nodes);
  return there === null ? null : sharedTexts.onlyOn(there);
}

/** Names of the machines that have a webhook, where none of those that tell has one. Of older versions it is not known. */
export function toldByNobody(nodes: readonly NodeStatus[]): readonly string[] {
  const there = nodes.filter(({ isThere }) => isThere);
  if (there.some(({ roles, tellsHooks }) => roles.includes('ask') && tellsHooks !== false)) return [];
  return there.filter(({ tellsHooks }) => tellsHooks === true).map(({ name }) => name);
}
