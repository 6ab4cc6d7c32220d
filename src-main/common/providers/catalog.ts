/**
 * The providers we know, as data: how people call them, how long they keep files, how they sign.
 *
 * A new provider is one entry here and one or more rules in `shapes.ts`.
 */

/** Who makes the video. `unknown` is everything that no rule recognises; it is read all the same. */
export type ProviderId =
  | 'kie-aleph'
  | 'kie-luma'
  | 'kie-runway'
  | 'kie-veo'
  | 'kie-market'
  | 'fal'
  | 'replicate'
  | 'luma'
  | 'openai'
  | 'minimax'
  | 'kling'
  | 'piapi'
  | 'openrouter'
  | 'vercel'
  | 'wavespeed'
  | 'pollo'
  | 'higgsfield'
  | 'vidu'
  | 'ark'
  | 'heygen'
  | 'maxapi'
  | 'gemini'
  | 'atlas'
  | 'toapis'
  | 'sync'
  | 'magnific'
  | 'unknown';

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

export interface ProviderInfo {
  readonly id: ProviderId;
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
  /** Words in a configured path or hint that mean this provider, most telling first. */
  readonly aliases: readonly string[];
}

const hour = 3600;
const day = 24 * hour;

const kie = { family: 'kie', signature: 'kie', secretName: 'KIE_HMAC', keepsResult: true } as const;
const unsigned = { signature: null, secretName: null } as const;

/**
 * Keeping times: kie.ai deletes media after 14 days (docs.kie.ai/1973359m0.md). Luma Modify says only "may expire
 * after some time", so the 14 days hold for it as the upper bound; a date that may be late warns better than none.
 * Market pages name 14 days and 24 hours; the shorter one is safe. Replicate and OpenAI: 1 hour. Kling: 30 days. Ark: 24 hours.
 */
const list: readonly ProviderInfo[] = [
  {
    id: 'kie-aleph',
    name: 'Runway Aleph',
    ...kie,
    expiresAfterSeconds: 14 * day,
    aliases: ['kie-aleph', 'runway-aleph', 'aleph'],
  },
  {
    id: 'kie-luma',
    name: 'Luma Modify',
    ...kie,
    expiresAfterSeconds: 14 * day,
    aliases: ['kie-luma', 'luma-modify', 'modify'],
  },
  { id: 'kie-runway', name: 'Runway', ...kie, expiresAfterSeconds: 14 * day, aliases: ['kie-runway', 'runway'] },
  { id: 'kie-veo', name: 'Veo', ...kie, expiresAfterSeconds: 14 * day, aliases: ['kie-veo', 'veo', 'veo3'] },
  { id: 'kie-market', name: 'kie Market', ...kie, expiresAfterSeconds: day, aliases: ['kie-market', 'market'] },
  {
    id: 'fal',
    keepsResult: true,
    name: 'fal',
    family: 'fal',
    expiresAfterSeconds: null,
    signature: 'fal',
    secretName: null,
    aliases: ['fal', 'fal-ai'],
  },
  {
    id: 'replicate',
    name: 'Replicate',
    family: 'replicate',
    expiresAfterSeconds: hour,
    signature: 'standard-webhooks',
    secretName: 'REPLICATE',
    aliases: ['replicate'],
  },
  { id: 'luma', name: 'Luma', family: 'luma', expiresAfterSeconds: null, ...unsigned, aliases: ['luma'] },
  {
    id: 'openai',
    keepsResult: true,
    name: 'OpenAI',
    family: 'openai',
    expiresAfterSeconds: hour,
    signature: 'standard-webhooks',
    secretName: 'OPENAI',
    aliases: ['openai', 'sora'],
  },
  {
    id: 'minimax',
    keepsResult: true,
    name: 'MiniMax',
    family: 'minimax',
    expiresAfterSeconds: null,
    ...unsigned,
    aliases: ['minimax', 'hailuo'],
  },
  {
    id: 'kling',
    name: 'Kling',
    family: 'kling',
    expiresAfterSeconds: 30 * day,
    signature: 'standard-webhooks',
    secretName: 'KLING',
    aliases: ['kling'],
  },
  {
    id: 'piapi',
    name: 'PiAPI',
    family: 'piapi',
    expiresAfterSeconds: null,
    signature: 'piapi',
    secretName: 'PIAPI',
    aliases: ['piapi'],
  },
  {
    id: 'openrouter',
    keepsResult: true,
    name: 'OpenRouter',
    family: 'openrouter',
    expiresAfterSeconds: null,
    signature: 'openrouter',
    secretName: 'OPENROUTER',
    aliases: ['openrouter'],
  },
  {
    id: 'vercel',
    keepsResult: true,
    name: 'Vercel AI Gateway',
    family: 'vercel',
    expiresAfterSeconds: null,
    signature: 'vercel',
    secretName: 'VERCEL',
    aliases: ['vercel', 'ai-gateway'],
  },
  {
    id: 'wavespeed',
    name: 'WaveSpeed',
    family: 'wavespeed',
    expiresAfterSeconds: null,
    signature: 'wavespeed',
    secretName: 'WAVESPEED',
    aliases: ['wavespeed', 'wavespeedai'],
  },
  {
    id: 'pollo',
    keepsResult: true,
    name: 'Pollo',
    family: 'pollo',
    expiresAfterSeconds: null,
    signature: 'pollo',
    secretName: 'POLLO',
    aliases: ['pollo'],
  },
  {
    id: 'higgsfield',
    name: 'Higgsfield',
    family: 'higgsfield',
    expiresAfterSeconds: null,
    ...unsigned,
    aliases: ['higgsfield'],
  },
  { id: 'vidu', name: 'Vidu', family: 'vidu', expiresAfterSeconds: null, ...unsigned, aliases: ['vidu'] },
  {
    id: 'ark',
    name: 'Seedance',
    family: 'ark',
    expiresAfterSeconds: day,
    ...unsigned,
    aliases: ['ark', 'seedance', 'volcengine', 'byteplus'],
  },
  { id: 'heygen', name: 'HeyGen', family: 'heygen', expiresAfterSeconds: null, ...unsigned, aliases: ['heygen'] },
  { id: 'maxapi', name: 'maxapi', family: 'maxapi', expiresAfterSeconds: null, ...unsigned, aliases: ['maxapi'] },
  {
    id: 'gemini',
    name: 'Gemini',
    family: 'gemini',
    expiresAfterSeconds: 2 * day,
    signature: 'gemini',
    secretName: 'GEMINI',
    aliases: ['gemini', 'google'],
  },
  {
    id: 'atlas',
    name: 'Atlas Cloud',
    family: 'atlas',
    expiresAfterSeconds: null,
    signature: 'atlas',
    secretName: null,
    aliases: ['atlas', 'atlascloud', 'atlas-cloud'],
  },
  {
    id: 'toapis',
    name: 'ToAPIs',
    family: 'toapis',
    expiresAfterSeconds: null,
    signature: 'toapis',
    secretName: 'TOAPIS',
    aliases: ['toapis'],
  },
  {
    id: 'sync',
    name: 'sync.so',
    family: 'sync',
    expiresAfterSeconds: null,
    signature: 'sync',
    secretName: 'SYNC',
    aliases: ['sync', 'sync-so', 'synclabs'],
  },
  {
    id: 'magnific',
    name: 'Magnific',
    family: 'magnific',
    expiresAfterSeconds: null,
    signature: 'standard-webhooks',
    secretName: 'MAGNIFIC',
    aliases: ['magnific', 'freepik'],
  },
  {
    id: 'unknown',
    name: 'Unknown provider',
    family: 'unknown',
    expiresAfterSeconds: null,
    ...unsigned,
    aliases: [],
  },
];

/** All providers, in the order in which a list shows them; `unknown` comes last. */
export const providers: readonly ProviderInfo[] = list;

const byId: ReadonlyMap<string, ProviderInfo> = new Map(list.map((info) => [info.id, info]));

export function providerInfo(id: string): ProviderInfo | null {
  return byId.get(id) ?? null;
}

/** As shown to people; an id that we do not know is shown as it is. */
export function providerName(id: string): string {
  return byId.get(id)?.name ?? id;
}

/** `kie` for all of kie.ai's APIs, else the provider's own id. */
export function providerFamily(id: string): string {
  return byId.get(id)?.family ?? id;
}
