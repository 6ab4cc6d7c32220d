/**
 * Which body each signature came with. The same bytes again are the provider trying again; other bytes are someone who saw
 * the signature. Remembered here as well, since the library may hear of it much later, where it follows a shared log that is away.
 */
import { createRecentMap } from '../storage/recent-map.ts';

/** A body on its way to the disk. */
export interface SignatureClaim {
  /** From now on the signature is this body's. */
  stored(): void;
  /** It is on its way no more. What was never stored may come again, with whatever body the provider has for it by then. */
  end(): void;
}

export interface UsedSignatures {
  /**
   * @param replayKey What tells the signature apart; `null` where there is none.
   * @returns `null` where another body came with it before.
   */
  claim(taskId: string, replayKey: string | null, bodySha256: string): SignatureClaim | null;
}

/** At least half as many are remembered, which are more than arrive at once. */
const signatureLimit = 16 * 1024;
const unsigned: SignatureClaim = { stored: () => undefined, end: () => undefined };

/** @param signedBody SHA-256 of the body that the library has of this id and signature. */
export function createUsedSignatures(
  signedBody: (taskId: string, replayKey: string) => string | undefined,
): UsedSignatures {
  const used = createRecentMap<string, { readonly bodySha256: string; coming: number; isStored: boolean }>(
    signatureLimit,
  );

  return {
    claim(taskId, replayKey, bodySha256) {
      if (replayKey === null) return unsigned;
      const name = `${taskId} ${replayKey}`;
      const known = used.get(name);
      const before = known?.bodySha256 ?? signedBody(taskId, replayKey);
      if (before !== undefined && before !== bodySha256) return null;
      const use = known ?? { bodySha256, coming: 0, isStored: false };
      use.coming += 1;
      if (known === undefined) used.set(name, use);
      return {
        stored() {
          use.isStored = true;
        },
        end() {
          use.coming -= 1;
          if (use.coming === 0 && !use.isStored) used.delete(name);
        },
      };
    },
  };
}
