/** What a body tells about the request that it answers: prompt, source video, model. */
import type { BodyView } from './body-view.ts';
import { own, textOf, type JsonRecord } from './json.ts';
import { urlsIn } from './urls.ts';

const promptKeys = ['prompt', 'user_prompt', 'userPrompt', 'promptText', 'prompt_text', 'text_prompt'] as const;

const sourceKeys = [
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
] as const;

const addressKeys = ['callBackUrl', 'callbackUrl', 'callback_url', 'webhook', 'webhook_url', 'webhookUrl'] as const;

const maxPromptLength = 20_000;
const maxModelLength = 200;

export function readPrompt(body: BodyView): string | null {
  return firstText([...body.echoes, ...body.records], promptKeys, maxPromptLength);
}

export function readModel(body: BodyView): string | null {
  return firstText([...body.records, ...body.echoes], ['model'], maxModelLength);
}

/** The video that the person sent in; only the echoed request can tell. */
export function readSourceUrl(body: BodyView): string | null {
  for (const key of sourceKeys) {
    for (const echo of body.echoes) {
      const url = urlsIn(own(echo, key), 'video').urls[0];
      if (url !== undefined) return url;
    }
  }
  return null;
}

/** All videos and callback addresses of the echoed request: what must not be taken for a result. */
export function echoedUrls(body: BodyView): ReadonlySet<string> {
  const urls = new Set<string>();
  const collect = (records: readonly JsonRecord[], keys: readonly string[]): void => {
    for (const record of records) {
      for (const key of keys) for (const url of urlsIn(own(record, key), 'video').urls) urls.add(url);
    }
  };
  collect(body.echoes, sourceKeys);
  collect([...body.echoes, ...body.records], addressKeys);
  return urls;
}

function firstText(records: readonly JsonRecord[], keys: readonly string[], maxLength: number): string | null {
  for (const key of keys) {
    for (const record of records) {
      const text = textOf(own(record, key), maxLength);
      if (text !== null) return text;
    }
  }
  return null;
}
