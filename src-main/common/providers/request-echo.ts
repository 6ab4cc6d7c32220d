/** What a body tells about the request that it answers: prompt, source video, model. */
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, textOf, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { remembered, wordsOf } from './names.ts';
import { withTwins, type Links } from './link-text.ts';
import { urlsIn } from './urls.ts';

const promptNames = nameList([
  'prompt',
  'user_prompt',
  'userPrompt',
  'promptText',
  'prompt_text',
  'text_prompt',
  'orig_prompt',
  'origPrompt',
  'original_prompt',
  'originalPrompt',
  'positivePrompt',
  'positive_prompt',
  'input_prompt',
  'prompts',
]);
const modelNames = nameList(['model']);
const seedNames = nameList(['seed', 'seeds']);

const sourceNames = nameList([
  'videoUrl',
  'video_url',
  'videoUrls',
  'video_urls',
  'sourceVideoUrl',
  'source_video_url',
  'inputVideoUrl',
  'input_video_url',
  'input_video',
  'inputVideo',
  'source_video',
  'reference_video',
  'referenceVideo',
  'reference_video_urls',
  'parent_video',
  'video',
  'videos',
  'media',
  'source',
]);

const addressNames = nameList(['callBackUrl', 'callbackUrl', 'callback_url', 'webhook', 'webhook_url', 'webhookUrl']);

const noUrls: ReadonlySet<string> = new Set();
const maxPromptLength = 20_000;
const maxModelLength = 200;

export function readPrompt(body: BodyView): string | null {
  if (body.mayName(promptNames)) {
    for (const name of promptNames.keys()) {
      const text = firstPrompt(body.echoed(name)) ?? firstPrompt(body.named(name));
      if (text !== null) return text;
    }
  }
  return promptAnywhere(body);
}

/** In objects that nobody documents, or in what was sent that stands in one: `AigcVideoTask.Input.Prompt` (Tencent). */
function promptAnywhere(body: BodyView): string | null {
  if (!body.mayHold((name) => plainPrompt.test(name) || isRequest(name))) return null;
  const budget = { left: mostNames };
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      const value = record[name];
      if (plainPrompt.test(name)) {
        const text = firstPrompt([value]);
        if (text !== null) return text;
      } else if (isRequest(name) && isRecord(value)) {
        const text = promptInside(value, 0, budget);
        if (text !== null) return text;
      }
    }
  }
  return null;
}

const plainPrompt = /^prompt$/i;
const requestWords = new Set('input inputs request param params parameter parameters config metadata'.split(' '));
const isRequest = remembered((name: string): boolean => requestWords.has(wordsOf(name).at(-1) ?? ''));

/** By model and kind of the request, some nest it deeper (`videoGenerateTaskInput.imageToVideoRequest.…`, Baidu). */
function promptInside(request: JsonRecord, depth: number, budget: { left: number }): string | null {
  const text = firstPrompt([own(request, 'prompt') ?? own(request, 'Prompt')]);
  if (text !== null || depth > 2) return text;
  for (const name of namesIn(request)) {
    if (budget.left-- <= 0) return null;
    const value = request[name];
    const inside = isRecord(value) ? promptInside(value, depth + 1, budget) : null;
    if (inside !== null) return inside;
  }
  return null;
}

/** More names than any request has; a hostile body costs no more than this. */
const mostNames = 512;

/** A text, the only one of a list, or what an object says that is called so. */
function firstPrompt(values: readonly unknown[]): string | null {
  for (const value of values) {
    const [only, ...more] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    if (more.length > 0) continue;
    const text = textOf(isRecord(only) ? (own(only, 'text') ?? own(only, 'prompt')) : only, maxPromptLength);
    if (text !== null) return text;
  }
  return null;
}

export function readModel(body: BodyView): string | null {
  if (!body.mayName(modelNames)) return null;
  return firstText(body.named('model'), maxModelLength) ?? firstText(body.echoed('model'), maxModelLength);
}

/** The number that a film was drawn with: of the result, else as it was asked for. A list has one only where it has no other. */
export function readSeed(body: BodyView): string | null {
  if (!body.mayName(seedNames)) return null;
  for (const name of seedNames.keys()) {
    for (const value of [...body.named(name), ...body.echoed(name)]) {
      const [only, ...more] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
      const text = typeof only === 'number' ? String(only) : only;
      if (more.length === 0 && typeof text === 'string' && /^\d{1,20}$/.test(text)) return text;
    }
  }
  return null;
}

/** The videos that the person sent in, the likeliest first; only the echoed request can tell. */
export function readSources(body: BodyView): ReadonlySet<string> {
  const names = body.presentEchoed(sourceNames);
  if (names.length === 0) return noUrls;
  const urls = new Set<string>();
  for (const name of names) addUrls(urls, body.echoed(name));
  return urls;
}

/** What must not be taken for a result: the sources, and where the request wants to be called back. */
export function readEchoedUrls(body: BodyView, sources: ReadonlySet<string>): Links {
  const inEchoes = body.presentEchoed(addressNames);
  const inResults = body.present(addressNames);
  if (inEchoes.length === 0 && inResults.length === 0) return withTwins(sources);
  const urls = new Set(sources);
  for (const name of inEchoes) addUrls(urls, body.echoed(name));
  for (const name of inResults) addUrls(urls, body.named(name));
  return withTwins(urls);
}

function addUrls(urls: Set<string>, values: readonly unknown[]): void {
  for (const value of values) for (const url of urlsIn(value, 'video').urls) urls.add(url);
}

function firstText(values: readonly unknown[], maxLength: number): string | null {
  for (const value of values) {
    const text = textOf(value, maxLength);
    if (text !== null) return text;
  }
  return null;
}
