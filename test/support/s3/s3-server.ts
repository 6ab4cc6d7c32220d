/**
 * A small S3 for tests, written from Amazon's documentation and not from our client: it checks signatures of version 4,
 * lengths and SHA-256 sums, knows ranges, conditional puts, uploads in parts and lists in pages, and does damage on demand.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface S3Server {
  readonly endpoint: string;
  /** Object bytes by key; changing them is a server that lies. */
  readonly objects: Map<string, Buffer>;
  /** `METHOD /path?query` of every request whose signature was right, in order. */
  readonly requests: string[];
  /** So far its clock is before that of this machine, in ms. */
  aheadMs: number;
  /** As if all objects had been stored so long ago. */
  age(ms: number): void;
  /** Uploads in parts that were begun and neither ended nor given up. */
  openUploads(): number;
  /** Asked before each request; what it returns is done in place of the usual answer. */
  fault:
    | ((request: { readonly method: string; readonly path: string; readonly query: URLSearchParams }) => Fault | null)
    | null;
  close(): Promise<void>;
}

export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** This, whatever was asked; with an ETag unless it is HTML, as of a network that wants a login. */
  | { readonly kind: 'says'; readonly status: number; readonly headers?: Record<string, string>; readonly body: string }
  /** The body again and again, as fast as it is read, or a little each 20 ms; until the connection is closed. */
  | { readonly kind: 'endless'; readonly body: string; readonly isSlow: boolean };

export interface S3ServerOptions {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** False: the server does not know conditional puts, as some do not, and stores all the same; or it refuses them. Default true. */
  readonly conditionalPuts?: boolean | 'refused';
  /** Takes nothing without Content-MD5, as some do for buckets with object lock. */
  readonly wantsMd5?: boolean;
  /** Keys in one page of a list. Default 1000. */
  readonly pageSize?: number;
}

interface StoredObject {
  readonly at: string;
  readonly headers: Record<string, string>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const facts = new Map<string, StoredObject>();
  const uploads = new Map<string, { key: string; headers: Record<string, string>; parts: Map<number, Buffer> }>();
  const requests: string[] = [];

  const nowThere = (): Date => new Date(Date.now() + server.aheadMs);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', nowThere().toUTCString());
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    const method = request.method ?? 'GET';
    const [bucket = '', ...names] = url.pathname.slice(1).split('/');
    const key = names.map(decodeURIComponent).join('/');
    const query = url.searchParams;
    const fault = server.fault?.({ method, path: url.pathname, query }) ?? null;
    if (fault?.kind === 'slow') await sleep(fault.ms);
    if (fault?.kind === 'cut') {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    try {
      checkSignature(request, url, method, body);
      requests.push(`${method} ${request.url ?? ''}`);
      if (fault?.kind === 'status') throw new Refusal(fault.status, fault.code);
      if (fault?.kind === 'says') {
        const isPage = fault.headers?.['content-type'] === 'text/html';
        response.writeHead(fault.status, { ...(isPage ? {} : { etag: '"said"' }), ...fault.headers });
        if (fault.headers?.['content-length'] === undefined) response.end(fault.body);
        // A length that is wrong leaves a connection that nobody can use any more.
        else response.write(fault.body, () => response.socket?.end());
        return;
      }
      if (fault?.kind === 'endless') {
        response.writeHead(200, { etag: '"endless"' });
        while (!response.destroyed) {
          if (!response.write(fault.body) && !fault.isSlow) {
            await Promise.race([once(response, 'drain'), once(response, 'close')]);
          }
          if (fault.isSlow) await sleep(20);
        }
        return;
      }
      if (bucket !== options.bucket) throw new Refusal(404, 'NoSuchBucket');
      route({ request, response, method, key, query, body });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const text = `<?xml version="1.0"?>\n<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
      response.writeHead(error.status, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : text);
    }
  }

  function route(call: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly method: string;
    readonly key: string;
    readonly query: URLSearchParams;
    readonly body: Buffer;
  }): void {
    const { request, response, method, key, query, body } = call;
    const xml = (text: string) => {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`);
    };
    const uploadId = query.get('uploadId');
    if (options.wantsMd5 === true && method === 'PUT') {
      const md5 = request.headers['content-md5'];
      const why = 'Content-MD5 HTTP header is required for Put Object requests with Object Lock parameters';
      if (md5 === undefined) throw new Refusal(400, 'InvalidRequest', why);
      if (md5 !== createHash('md5').update(body).digest('base64')) throw new Refusal(400, 'BadDigest');
    }
    if (key === '' && method === 'GET' && query.get('list-type') === '2') {
      xml(listOf(query));
    } else if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, { key, headers: metaOf(request), parts: new Map() });
      xml(
        `<InitiateMultipartUploadResult><Key>${escape(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    } else if (uploadId !== null) {
      const upload = uploads.get(uploadId);
      if (upload?.key !== key) throw new Refusal(404, 'NoSuchUpload');
      if (method === 'PUT') {
        const n = Number(query.get('partNumber'));
        if (!Number.isInteger(n) || n < 1 || n > 10_000) throw new Refusal(400, 'InvalidPart');
        upload.parts.set(n, body);
        response.writeHead(200, { etag: etagOf(body) }).end();
      } else if (method === 'GET') {
        const after = Number(query.get('part-number-marker') ?? 0);
        const parts = [...upload.parts].filter(([n]) => n > after).sort(([a], [b]) => a - b);
        const page = parts.slice(0, 2); // small pages, so that a client which reads only the first is found
        const rows = page.map(
          ([n, bytes]) =>
            `<Part><PartNumber>${String(n)}</PartNumber><ETag>${escape(etagOf(bytes))}</ETag><Size>${String(bytes.length)}</Size></Part>`,
        );
        const isCut = parts.length > page.length;
        const marker = isCut ? `<NextPartNumberMarker>${String(page.at(-1)?.[0])}</NextPartNumberMarker>` : '';
        xml(`<ListPartsResult>${rows.join('')}<IsTruncated>${String(isCut)}</IsTruncated>${marker}</ListPartsResult>`);
      } else if (method === 'DELETE') {
        uploads.delete(uploadId);
        response.writeHead(204).end();
      } else {
        refuseExisting(request, key);
        const named = [...body.toString('utf8').matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g)];
        const chosen = named.map(([, n, etag = '']) => {
          const bytes = upload.parts.get(Number(n));
          if (bytes === undefined || etagOf(bytes) !== etag.replaceAll('&#34;', '"'))
            throw new Refusal(400, 'InvalidPart');
          return bytes;
        });
        if (chosen.length === 0) throw new Refusal(400, 'MalformedXML');
        if (chosen.slice(0, -1).some((bytes) => bytes.length < 5 * 1024 * 1024))
          throw new Refusal(400, 'EntityTooSmall');
        objects.set(key, Buffer.concat(chosen));
        facts.set(key, { headers: upload.headers, at: nowThere().toISOString() });
        uploads.delete(uploadId);
        xml(`<CompleteMultipartUploadResult><Key>${escape(key)}</Key></CompleteMultipartUploadResult>`);
      }
    } else if (method === 'PUT') {
      const sum = request.headers['x-amz-checksum-sha256'];
      if (typeof sum === 'string' && sum !== createHash('sha256').update(body).digest('base64')) {
        throw new Refusal(400, 'BadDigest');
      }
      refuseExisting(request, key);
      objects.set(key, body);
      facts.set(key, { headers: metaOf(request), at: nowThere().toISOString() });
      response.writeHead(200, { etag: etagOf(body) }).end();
    } else if (method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (method === 'GET' || method === 'HEAD') {
      const bytes = objects.get(key);
      if (bytes === undefined) throw new Refusal(404, 'NoSuchKey');
      const { headers, at } = facts.get(key) ?? { headers: {}, at: 0 };
      const modified = { 'last-modified': new Date(at).toUTCString() };
      const head = { ...headers, ...modified, etag: etagOf(bytes), 'accept-ranges': 'bytes' };
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      if (range === null) {
        response.writeHead(200, { ...head, 'content-length': bytes.length });
        response.end(method === 'HEAD' ? undefined : bytes);
        return;
      }
      const start = Number(range[1]);
      const end = Math.min(range[2] === '' ? bytes.length - 1 : Number(range[2]), bytes.length - 1);
      if (start > end) throw new Refusal(416, 'InvalidRange');
      response.writeHead(206, {
        ...head,
        'content-length': end - start + 1,
        'content-range': `bytes ${String(start)}-${String(end)}/${String(bytes.length)}`,
      });
      response.end(method === 'HEAD' ? undefined : bytes.subarray(start, end + 1));
    } else {
      throw new Refusal(405, 'MethodNotAllowed');
    }
  }

  function refuseExisting(request: IncomingMessage, key: string): void {
    if (options.conditionalPuts === false) return;
    if (options.conditionalPuts === 'refused' && request.headers['if-none-match'] !== undefined) {
      throw new Refusal(501, 'NotImplemented');
    }
    if (request.headers['if-none-match'] === '*' && objects.has(key)) throw new Refusal(412, 'PreconditionFailed');
  }

  function listOf(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, options.pageSize ?? 1000);
    const isCut = keys.length > page.length;
    const rows = page.map(
      (key) =>
        `<Contents><Key>${escape(key)}</Key><LastModified>${facts.get(key)?.at ?? ''}</LastModified><Size>${String(objects.get(key)?.length)}</Size></Contents>`,
    );
    const next = isCut ? `<NextContinuationToken>${escape(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    return `<ListBucketResult><IsTruncated>${String(isCut)}</IsTruncated>${next}${rows.join('')}</ListBucketResult>`;
  }

  function checkSignature(request: IncomingMessage, url: URL, method: string, body: Buffer): void {
    const fromQuery = url.searchParams.get('X-Amz-Signature');
    const header = request.headers.authorization ?? '';
    const parsed = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
    const [credential = '', names = '', signature = ''] =
      fromQuery === null
        ? (parsed?.slice(1) ?? [])
        : [
            url.searchParams.get('X-Amz-Credential') ?? '',
            url.searchParams.get('X-Amz-SignedHeaders') ?? '',
            fromQuery,
          ];
    const [accessKeyId, day = '', region, service, end] = credential.split('/');
    if (accessKeyId !== options.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId');
    if (region !== options.region || service !== 's3' || end !== 'aws4_request') {
      throw new Refusal(400, 'AuthorizationHeaderMalformed');
    }
    const date = fromQuery === null ? request.headers['x-amz-date'] : url.searchParams.get('X-Amz-Date');
    if (typeof date !== 'string' || !date.startsWith(day)) throw new Refusal(403, 'AccessDenied');
    const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    const life = fromQuery === null ? 900 : Number(url.searchParams.get('X-Amz-Expires'));
    if (!(Math.abs(nowThere().getTime() - time) <= life * 1000)) throw new Refusal(403, 'RequestTimeTooSkewed');
    const told = request.headers['x-amz-content-sha256'];
    if (fromQuery === null && told !== 'UNSIGNED-PAYLOAD' && told !== createHash('sha256').update(body).digest('hex')) {
      throw new Refusal(400, 'XAmzContentSHA256Mismatch');
    }
    const search = [...url.searchParams]
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
      .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
      .map((pair) => pair.join('='))
      .join('&');
    const headers = names.split(';').map((name) => {
      const value = request.headers[name];
      return `${name}:${(typeof value === 'string' ? value : '').trim().replace(/\s+/g, ' ')}\n`;
    });
    const path = url.pathname.split('/').map(decodeURIComponent).map(uriEncode).join('/');
    const payload = fromQuery === null ? String(told) : 'UNSIGNED-PAYLOAD';
    const canonical = [method, path, search, headers.join(''), names, payload].join('\n');
    const scope = `${day}/${options.region}/s3/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
    const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const key = [day, options.region, 's3', 'aws4_request'].reduce<Buffer | string>(
      hmac,
      `AWS4${options.secretAccessKey}`,
    );
    const expected = hmac(key, toSign);
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Refusal(403, 'SignatureDoesNotMatch');
    }
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: S3Server = {
    endpoint: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`,
    objects,
    requests,
    age(ms) {
      for (const [key, { headers }] of facts)
        facts.set(key, { headers, at: new Date(nowThere().getTime() - ms).toISOString() });
    },
    openUploads: () => uploads.size,
    aheadMs: 0,
    fault: null,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

function metaOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      (name.startsWith('x-amz-meta-') || name === 'content-type') && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** As the signature wants it: everything but letters, digits and `-._~`. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function escape(text: string): string {
  return text.replace(/[<>&"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[c] ?? c);
}
