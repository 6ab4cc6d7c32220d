/** What is known of one provider: a file of `known/` each, put together in `catalog.ts`. */
import { pathOf, type Path } from './path.ts';
import type { TaskState } from '../model.ts';

export type SignatureScheme =
  | 'kie'
  | 'standard-webhooks'
  | 'fal'
  | 'atlas'
  | 'gemini'
  | 'openrouter'
  | 'vercel'
  | 'wavespeed'
  | 'pollo'
  | 'piapi'
  | 'toapis'
  | 'sync';

/** Names of signing secrets; the environment calls them `VIDEO_INBOX_SECRET_<name>`. */
export type SecretName =
  | 'KIE_HMAC'
  | 'REPLICATE'
  | 'OPENAI'
  | 'OPENROUTER'
  | 'VERCEL'
  | 'WAVESPEED'
  | 'POLLO'
  | 'PIAPI'
  | 'KLING'
  | 'GEMINI'
  | 'TOAPIS'
  | 'SYNC'
  | 'MAGNIFIC';

export interface ProviderInfo<Id extends string = string> {
  readonly id: Id;
  /** As shown to people. */
  readonly name: string;
  /** Providers whose bodies can be mistaken for each other, and whose task ids come from one place. */
  readonly family: string;
  /** How long the provider keeps a result by its documented rule, in seconds; `null` where none is documented. */
  readonly expiresAfterSeconds: number | null;
  readonly signature: SignatureScheme | null;
  /** The secret that its signatures need; `null` where there is none (fal publishes its keys). */
  readonly secretName: SecretName | null;
  /** True where the result can be fetched with a key although the callback holds no link to it. */
  readonly keepsResult?: boolean;
  /** True where a link answers to the key only. */
  readonly linksNeedKey?: boolean;
  /** True where what a body names while the task is being made is whole already, and may be all that ever comes. */
  readonly givesEarly?: boolean;
  /** Words in a configured path or hint that mean this provider, most telling first. */
  readonly aliases: readonly string[];
}

/** One look at a path; without further fields it asks that a value is there, and is neither null nor empty text. */
export interface ShapeTest {
  readonly at: Path;
  /** `named`: the name is there, whatever it holds. */
  readonly is?: 'named' | 'text' | 'list' | 'record' | 'null';
  /** Compared as lower-case text; numbers are written out first. */
  readonly oneOf?: readonly string[];
  readonly starts?: string;
}

export interface Shape {
  /** All must hold. */
  readonly all: readonly ShapeTest[];
  /** At least one must hold, where given. */
  readonly any?: readonly ShapeTest[];
  /** None may hold: what tells that others send it who took over the rest. */
  readonly none?: readonly ShapeTest[];
  /** False where other APIs of the same family send the same shape. */
  readonly certain: boolean;
}

export interface HeaderRule {
  readonly header: string;
  readonly starts?: string;
  /** False for names that others may use too: then a body that is certainly another provider's decides. */
  readonly decides: boolean;
}

/** What a sample callback is made of; the links lead to a small video of ours. */
export interface SampleInput {
  readonly taskId: string;
  readonly fail: boolean;
  readonly video: string;
  readonly image: string;
  readonly callbackUrl: string;
  readonly prompt: string;
  /** Why it failed. */
  readonly failure: string;
}

export interface Provider<Id extends string = string> extends ProviderInfo<Id> {
  /** How its bodies can be told apart; the first that holds wins. None where no body of it was ever seen. */
  readonly shapes: readonly Shape[];
  readonly headers?: readonly HeaderRule[];
  /** Its shapes are so plain that those of all others are tried first. */
  readonly isPlain?: boolean;
  /** States that it tells as numbers. */
  readonly numbers?: { readonly at: readonly Path[]; readonly means: Readonly<Record<string, TaskState>> };
  /** Where its bodies name a film that only the key opens, and the name in that; `null` for what lies elsewhere. */
  readonly keyedFile?: { readonly at: readonly Path[]; readonly nameIn: (said: string) => string | null };
  /** A callback in its documented form. */
  readonly sample: (input: SampleInput) => object;
  /** Sent with the sample, where the body alone does not tell who sent it. */
  readonly sampleHeaders?: Readonly<Record<string, string>>;
  /** A task id as it makes them, from a random one, where it is known by its ids. */
  readonly sampleTaskId?: (uuid: string) => string;
}

export const hour = 3600;
export const day = 24 * hour;

/** Keeps the id as a type of its own; a provider without a family is its own, and one that does not say so signs nothing. */
export function provider<const Id extends string>(
  file: Omit<Provider<Id>, 'family' | 'signature' | 'secretName' | 'expiresAfterSeconds' | 'aliases'> &
    Partial<Pick<Provider<Id>, 'family' | 'signature' | 'secretName' | 'expiresAfterSeconds' | 'aliases'>>,
): Provider<Id> {
  return {
    family: file.id,
    signature: null,
    secretName: null,
    expiresAfterSeconds: null,
    aliases: [file.id],
    ...file,
  };
}

export const path = (at: string): ShapeTest => ({ at: pathOf(at) });
export const starts = (at: string, text: string): ShapeTest => ({ at: pathOf(at), starts: text });
export const oneOf = (at: string, ...values: string[]): ShapeTest => ({ at: pathOf(at), oneOf: values });
export const isA = (at: string, is: NonNullable<ShapeTest['is']>): ShapeTest => ({ at: pathOf(at), is });
export const named = (at: string): ShapeTest => isA(at, 'named');

export const shape = (all: readonly ShapeTest[], any?: readonly ShapeTest[], none?: readonly ShapeTest[]): Shape => ({
  all,
  ...(any === undefined ? {} : { any }),
  ...(none === undefined ? {} : { none }),
  certain: true,
});
/** A shape that several APIs share. */
export const guess = (all: readonly ShapeTest[], any?: readonly ShapeTest[]): Shape => ({
  ...shape(all, any),
  certain: false,
});
