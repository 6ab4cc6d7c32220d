/** Whether a body is vouched for by its signature, and whether it must be. */
import type { EventTrust } from '../../common/events.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { SaidCode } from './refusal.ts';
import type { Verdict } from './signatures/verify.ts';

interface SignedBody {
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  /** The ids in it that may have been signed. */
  readonly signedIds: () => ReadonlySet<string>;
  /** Whether the answer depends on it; then it may take longer. */
  readonly isRequired: boolean;
  readonly url: CallbackUrlEntry;
}

export interface TrustPorts {
  readonly verify: (input: SignedBody) => Verdict | Promise<Verdict>;
  /** Whose callbacks must be signed: `none`, `all` or provider ids, separated by commas. */
  readonly requireSignature: () => string;
}

export type Trusted =
  | { readonly trust: EventTrust; readonly signedTaskId: string | null; readonly replayKey: string | null }
  | { readonly refusal: SaidCode };

export interface SignatureTrust {
  /** False where no callback at all must be signed; then nobody need ask whose it is. */
  someMustBeSigned(): boolean;
  /** By family, since bodies of one family can be mistaken for each other. */
  mustBeSigned(provider: string): boolean;
  /** @param unpacked The body's bytes where it came packed. */
  trustOf(body: SignedBody, unpacked: Buffer): Trusted | Promise<Trusted>;
}

export function createTrust({ verify, requireSignature }: TrustPorts): SignatureTrust {
  async function looked(body: SignedBody, unpacked: Buffer, first: Verdict | Promise<Verdict>): Promise<Trusted> {
    let verdict = await first;
    // Whether a sender that packs its bodies signs them before or after that, none of them says.
    if (verdict.verdict === 'wrong' && unpacked !== body.rawBody) {
      verdict = await verify({ ...body, rawBody: unpacked });
    }
    return trustedBy(verdict, body);
  }

  return {
    someMustBeSigned: () => requireSignature() !== 'none',
    mustBeSigned(provider) {
      const required = requireSignature();
      if (required === 'none') return false;
      const family = providerFamily(provider);
      return required.split(',').some((id) => id === 'all' || (id !== 'none' && providerFamily(id) === family));
    },
    trustOf(body, unpacked) {
      const verdict = verify(body);
      // Most deliveries: nothing to check with, or right at once.
      const isKnown = !(verdict instanceof Promise) && verdict.verdict !== 'wrong';
      return isKnown ? trustedBy(verdict, body) : looked(body, unpacked, verdict);
    },
  };
}

function trustedBy(verdict: Verdict, { isRequired }: SignedBody): Trusted {
  if (verdict.verdict === 'valid') {
    return { trust: 'signed', signedTaskId: verdict.signedTaskId, replayKey: verdict.replayKey };
  }
  return isRequired ? { refusal: refusals[verdict.verdict] } : unsigned;
}

const unsigned: Trusted = { trust: 'unsigned', signedTaskId: null, replayKey: null };

const refusals: Record<Exclude<Verdict['verdict'], 'valid'>, SaidCode> = {
  missing: 'signature-missing',
  wrong: 'signature-wrong',
  stale: 'signature-stale',
  'no-secret': 'no-secret',
  'keys-unavailable': 'keys-unavailable',
  unsupported: 'signature-unknown',
};
