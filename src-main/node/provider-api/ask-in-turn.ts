/** Looks for a task's record at several addresses where nothing tells at which it is, and remembers where it was. */
import { ApiFault } from './provider-api.ts';

export interface AskInTurn<Place> {
  /** @throws ApiFault of the first address that fails, or that none knows the task */
  ask(id: string, at: (place: Place) => Promise<unknown>): Promise<unknown>;
}

const rememberedLimit = 10_000;

export function createAskInTurn<Place>(places: readonly Place[]): AskInTurn<Place> {
  const placeOf = new Map<string, Place>();
  /** Where the last one was found comes first: most people's tasks are of one kind. */
  let order = places;

  return {
    async ask(id, at) {
      const known = placeOf.get(id);
      if (known !== undefined) return at(known);
      let unknown: ApiFault | null = null;
      for (const place of order) {
        try {
          const body = await at(place);
          remember(id, place);
          return body;
        } catch (error) {
          if (!(error instanceof ApiFault) || !isElsewhere(error)) throw error;
          // That one kind is not allowed says nothing of the key as long as another kind answers.
          if (unknown === null || unknown.code === 'bad-key') unknown = error;
        }
      }
      throw unknown ?? new ApiFault('no-address');
    },
  };

  function remember(id: string, place: Place): void {
    const oldest = placeOf.keys().next();
    if (placeOf.size >= rememberedLimit && oldest.done !== true) placeOf.delete(oldest.value);
    placeOf.set(id, place);
    order = [place, ...order.filter((other) => other !== place)];
  }
}

/** The task is not here, or the key may not ask here; it may be at the next address. */
function isElsewhere({ code, providerCode }: ApiFault): boolean {
  return code === 'not-found' || code === 'invalid' || (code === 'bad-key' && providerCode === '403');
}
