/** Callback bodies in each provider's documented form, around a sample video of ours. */
import { randomUUID } from 'node:crypto';
import { providerFile, providers } from '../../common/providers/catalog.ts';
import { readBody } from '../../common/providers/reader.ts';
import type { SampleInput } from '../../common/providers/provider.ts';

const prompt = 'A test from Video Inbox: soft colours in slow motion';
const failure = 'This is a test failure: the prompt was stopped by moderation. Nothing was spent.';

export interface SampleCallback {
  readonly taskId: string;
  readonly body: object;
  /** What tells who sent it where the body alone does not; the signature comes on top. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Ids of the providers that `send-test` can play: all of them. */
export const sampleProviders: readonly string[] = providers.map(({ id }) => id);

/** @returns `null` for a provider that we do not know. */
export function makeSample(
  provider: string,
  input: Omit<SampleInput, 'taskId' | 'prompt' | 'failure'>,
): SampleCallback | null {
  const file = providerFile(provider);
  if (file === null) return null;
  const uuid = randomUUID();
  const taskId = file.sampleTaskId?.(uuid) ?? uuid;
  const headers = file.sampleHeaders ?? {};
  return { taskId, body: named(file.sample({ ...input, taskId, prompt, failure }), headers), headers };
}

/** Some providers' callbacks hold no prompt. A sample does: the first card that a person sees has a title, not an id. */
function named(body: object, headers: Readonly<Record<string, string>>): object {
  const lowerCased = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const reading = readBody({ body, headers: lowerCased, providerHint: null });
  const isNamed = reading.kind !== 'result' || reading.result.prompt !== null;
  return isNamed || Array.isArray(body) ? body : { ...body, prompt };
}
