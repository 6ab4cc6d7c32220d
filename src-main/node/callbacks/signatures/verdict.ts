import type { SecretName } from '../../../common/providers/catalog.ts';

/** What a signature check found out. Only `valid` vouches for anything. */
export type Verdict =
  | {
      readonly verdict: 'valid';
      /** The id that was signed, where the scheme signs an id and not the body (kie.ai); the task must be this one. */
      readonly signedTaskId: string | null;
      /**
       * Set where the signature does not cover the body (kie.ai): whoever saw one signed callback can send another body
       * under it while it is fresh. Hash of the signature, in hex; the same key with another body is a replay, with
       * the same body a retry.
       */
      readonly replayKey: string | null;
    }
  /** A secret is set, and the request carries no signature. */
  | { readonly verdict: 'missing' }
  | { readonly verdict: 'wrong' }
  /** The signature is right, and its time is too far from ours. */
  | { readonly verdict: 'stale' }
  /** Nothing to check with: no secret is set. */
  | { readonly verdict: 'no-secret' }
  /**
   * The keys that the provider publishes could not be had just now, or could not be looked at again; or no secret is known
   * since the file that held them is broken.
   */
  | { readonly verdict: 'keys-unavailable' }
  /** The provider does not sign, or does not say how. */
  | { readonly verdict: 'unsupported' };

/** A signed request, prepared once for every scheme. */
export interface SignedRequest {
  /** The header's value, by its lower-case name. */
  readonly header: (name: string) => string | null;
  readonly rawBody: Uint8Array;
  readonly signedIds: () => ReadonlySet<string>;
  readonly now: Date;
  /** How far the time of a signature may be from ours, in both directions. */
  readonly windowSeconds: number;
}

/** Providers that publish the keys to their signatures, each at one address (`key-sets.ts`). */
export type KeySetName = 'fal' | 'atlas' | 'gemini';

export interface KeyQuery {
  /**
   * True where the keys of the last answer did not fit, so that newer ones are worth a request. The answer is then as
   * fresh as this moment, or `null`.
   */
  readonly afterMiss: boolean;
  /** How long the answer to the callback may wait for keys. */
  readonly waitMs: number;
}

/** The published keys as a JSON Web Key Set, or `null` where they cannot be had now. */
export type FetchJwks = (query: KeyQuery) => Promise<unknown>;

export interface VerifyInput {
  /** A provider id. */
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it arrived: most schemes sign bytes, and a body written anew has others. */
  readonly rawBody: Uint8Array;
  /** The ids in the body that may have been signed: kie.ai signs one of them. */
  readonly signedIds: () => ReadonlySet<string>;
  /** Two at a time where one is being rotated, separated by a comma. */
  readonly secrets: (name: SecretName) => string | null;
  /** True where that secret, which is not there, may have been set all the same. Default: never. */
  readonly mayLack?: (name: SecretName) => boolean;
  readonly now: Date;
  /** Default 300. */
  readonly windowSeconds?: number;
  readonly keySet?: (name: KeySetName) => FetchJwks;
  /** Whether the answer depends on it: then it may wait longer for published keys. */
  readonly isRequired?: boolean;
  /** Whether an address in a signed token is the callback URL that the request came through. */
  readonly isOurUrl?: (url: string) => boolean;
}

export const covered: Verdict = { verdict: 'valid', signedTaskId: null, replayKey: null };
