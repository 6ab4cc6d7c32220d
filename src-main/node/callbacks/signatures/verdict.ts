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
  /** The signature is right, and its time is more than 300 s away from ours. */
  | { readonly verdict: 'stale' }
  /** Nothing to check with: no secret is set, or fal's published keys could not be had. */
  | { readonly verdict: 'no-secret' }
  /** The provider does not sign, or does not say how. */
  | { readonly verdict: 'unsupported' };

/** A signed request, prepared once for every scheme. */
export interface SignedRequest {
  /** The header's value, by its lower-case name. */
  readonly header: (name: string) => string | null;
  readonly rawBody: Uint8Array;
  readonly body: unknown;
  readonly now: Date;
}

/**
 * Fetches the published keys of a provider as a JSON Web Key Set, or `null` where they cannot be had now. Must answer
 * within a couple of seconds; `createJwksCache` makes such a function.
 * @param afterMiss True where the keys of the last answer did not fit, so that newer ones are worth a request.
 */
export type FetchJwks = (options: { readonly afterMiss: boolean }) => Promise<unknown>;

export interface VerifyInput {
  /** A provider id. */
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it arrived: most schemes sign bytes, and a body written anew has others. */
  readonly rawBody: Uint8Array;
  /** The parsed body; kie.ai signs an id that stands in it. */
  readonly body: unknown;
  readonly secrets: (name: SecretName) => string | null;
  readonly now: Date;
  readonly fetchJwks?: FetchJwks;
}

export const covered: Verdict = { verdict: 'valid', signedTaskId: null, replayKey: null };
