/** What a body tells about the request that it answers: prompt, source video, model. */
import { nameList, type BodyView } from './body-view.ts';
import { textOf } from './json.ts';
import { urlsIn, withTwins } from './urls.ts';

const promptKeys = ['prompt', 'user_prompt', 'userPrompt', 'promptText', 'prompt_text', 'text_prompt'] as const;

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

const maxPromptLength = 20_000;
const maxModelLength = 200;

export function readPrompt(body: BodyView): string | null {
  return firstText(promptKeys, maxPromptLength, [body.echoed, body.named]);
}

export function readModel(body: BodyView): string | null {
  return firstText(['model'], maxModelLength, [body.named, body.echoed]);
}

/** The videos that the person sent in, the likeliest first; only the echoed request can tell. */
export function readSources(body: BodyView): ReadonlySet<string> {
  const urls = new Set<string>();
  for (const key of body.presentEchoed(sourceNames)) addUrls(urls, body.echoed(key));
  return urls;
}

/** What must not be taken for a result: the sources, and where the request wants to be called back. */
export function readEchoedUrls(body: BodyView, sources: ReadonlySet<string>): ReadonlySet<string> {
  const urls = new Set(sources);
  for (const key of body.presentEchoed(addressNames)) addUrls(urls, body.echoed(key));
  for (const key of body.present(addressNames)) addUrls(urls, body.named(key));
  return urls.size === 0 ? urls : withTwins(urls);
}

function addUrls(urls: Set<string>, values: readonly unknown[]): void {
  for (const value of values) for (const url of urlsIn(value, 'video').urls) urls.add(url);
}

function firstText(
  keys: readonly string[],
  maxLength: number,
  places: readonly ((key: string) => readonly unknown[])[],
): string | null {
  for (const key of keys) {
    for (const valuesOf of places) {
      for (const value of valuesOf(key)) {
        const text = textOf(value, maxLength);
        if (text !== null) return text;
      }
    }
  }
  return null;
}
