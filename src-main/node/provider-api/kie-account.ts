/** What only kie.ai has: its catalogue, uploads, fresh links and the balance. */
import { createReadStream } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import type { SubmitForm } from '../../common/submit-form.ts';
import type { Clock } from '../clock.ts';
import { valueAt } from './api-faults.ts';
import { Upload } from './call-api.ts';
import { kieAccount } from './kie-apis.ts';
import { kieForms } from './kie-forms.ts';
import { ApiFault } from './provider-api.ts';
import type { ProviderClient } from './provider-client.ts';
import { readSchemaFields } from './read-schema.ts';

export interface KieModel {
  readonly model: string;
  readonly title: string;
  readonly maker: string;
  readonly taskTypes: readonly string[];
  readonly price: string | null;
}

export interface KieAccount {
  /** Credits left. @throws ApiFault */
  balance(): Promise<number>;
  /** Another link to a result of kie.ai's, good for 20 minutes. @throws ApiFault */
  freshLink(url: string): Promise<string>;
  /** Puts a file where kie.ai can fetch it, for a day. @returns its address. @throws ApiFault */
  upload(file: string, sizeBytes: number, progress?: (sentBytes: number) => void): Promise<string>;
  /** All Market models; kept for a day. @throws ApiFault */
  models(): Promise<readonly KieModel[]>;
  /** What can be asked of a model; raw where nothing is published. @throws ApiFault */
  form(provider: string, model: string | null): Promise<SubmitForm>;
  /** How many of 100 orders of the last day went well; `null` where nobody knows. @throws ApiFault */
  successPercent(model: string): Promise<number | null>;
}

const dayMs = 24 * 3_600_000;
/** What says nothing, and most likely only does not yet: an order without its form has its fields under guessed names. */
const emptyMs = 10 * 60_000;
const uploadTimeoutMs = 15 * 60_000;

export function createKieAccount(client: Pick<ProviderClient, 'call'>, clock: Clock): KieAccount {
  const cache = new Map<string, { readonly at: number; keptMs: number; readonly value: Promise<unknown> }>();

  /** A day old at most, and asked for once however many want it at the same time. */
  function keptADay(path_: string): Promise<unknown> {
    const known = cache.get(path_);
    if (known !== undefined && clock.date().getTime() - known.at < known.keptMs) return known.value;
    const value = client.call(kieAccount, { method: 'GET', path: path_, gate: 'catalogue' });
    const entry = { at: clock.date().getTime(), keptMs: dayMs, value };
    cache.set(path_, entry);
    value.then(
      (body) => {
        if (isEmpty(valueAt(body, 'data'))) entry.keptMs = emptyMs;
      },
      () => cache.delete(path_),
    );
    return value;
  }

  async function models(): Promise<readonly KieModel[]> {
    const found = valueAt(await keptADay('/api/v1/models'), 'data.models');
    return (Array.isArray(found) ? (found as readonly unknown[]) : []).flatMap((each) => {
      const text = (name: string): string | null => {
        const value = valueAt(each, name);
        return typeof value === 'string' && value !== '' ? value : null;
      };
      const model = text('model');
      if (model === null) return [];
      const types = valueAt(each, 'taskType');
      return [
        {
          model,
          title: text('title') ?? model,
          maker: text('provider') ?? '',
          taskTypes: Array.isArray(types) ? (types as readonly unknown[]).map(String) : [],
          price: text('pricingDesc'),
        },
      ];
    });
  }

  return {
    models,
    async balance() {
      const value = valueAt(await client.call(kieAccount, { method: 'GET', path: '/api/v1/chat/credit' }), 'data');
      const credits = typeof value === 'string' ? Number(value) : value;
      if (typeof credits !== 'number' || !Number.isFinite(credits)) throw new ApiFault('unreadable');
      return credits;
    },
    async freshLink(url) {
      const call = { method: 'POST', path: '/api/v1/common/download-url', body: { url } } as const;
      const link = valueAt(await client.call(kieAccount, call), 'data');
      if (typeof link !== 'string' || !/^https?:\/\//.test(link)) throw new ApiFault('unreadable');
      return link;
    },
    async upload(file, sizeBytes, progress) {
      const body = multipart(file, sizeBytes, progress);
      const call = {
        method: 'POST',
        path: '/api/file-stream-upload',
        host: 'upload',
        timeoutMs: uploadTimeoutMs,
      } as const;
      const answer = await client.call(kieAccount, { ...call, body });
      const url = valueAt(answer, 'data.downloadUrl') ?? valueAt(answer, 'data.fileUrl');
      if (typeof url !== 'string' || !/^https?:\/\//.test(url)) throw new ApiFault('unreadable');
      return url;
    },
    async form(provider, model) {
      const documented = kieForms.find((form) => form.provider === provider);
      if (documented !== undefined) return documented;
      const raw: SubmitForm = { provider, model, title: model ?? provider, fields: [], from: 'raw', price: null };
      if (provider !== 'kie-market' || model === null) return raw;
      // The slash in a model's name is not encoded.
      const name = model.split('/').map(encodeURIComponent).join('/');
      const fields = readSchemaFields(valueAt(await keptADay(`/api/v1/models/${name}/schema`), 'data.openapi'));
      const listed = (await models()).find((each) => each.model === model);
      const known = { ...raw, title: listed?.title ?? model, price: listed?.price ?? null };
      return fields === null ? known : { ...known, from: 'schema', fields };
    },
    async successPercent(model) {
      const name = model.split('/').map(encodeURIComponent).join('/');
      const points = valueAt(await keptADay(`/api/v1/models/${name}/success-rate`), 'data.points');
      const rates = (Array.isArray(points) ? (points as readonly unknown[]) : [])
        .map((point) => valueAt(point, 'successRate'))
        .filter((rate): rate is number => typeof rate === 'number');
      if (rates.length === 0) return null;
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      return Math.round(mean <= 1 ? mean * 100 : mean);
    },
  };
}

/** Also where its list or its schema is. */
function isEmpty(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return true;
  const { models, openapi, points } = data as Readonly<Record<string, unknown>>;
  return !(Array.isArray(models) && models.length > 0) && !openapi && !points;
}

/** A form whose one file is read while it is sent. The same name twice may be served from a cache: each is new. */
function multipart(file: string, sizeBytes: number, progress?: (sentBytes: number) => void): Upload {
  const boundary = `video-inbox-${randomUUID()}`;
  const ending = path
    .extname(file)
    .replace(/[^.\w]/g, '')
    .slice(0, 10);
  const name = `${createHash('sha256')
    .update(`${file} ${String(sizeBytes)} ${randomUUID()}`)
    .digest('hex')
    .slice(0, 24)}${ending}`;
  const part = (field: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`;
  const head = Buffer.from(
    `${part('uploadPath', 'video-inbox')}${part('fileName', name)}--${boundary}\r\n` +
      `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield head;
    let sent = 0;
    for await (const chunk of createReadStream(file, { end: Math.max(0, sizeBytes - 1) })) {
      const bytes = chunk as Buffer;
      sent += bytes.length;
      yield bytes;
      progress?.(sent);
    }
    yield tail;
  }
  return new Upload(`multipart/form-data; boundary=${boundary}`, head.length + sizeBytes + tail.length, stream());
}
