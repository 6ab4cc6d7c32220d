/** The store on S3 with everything that it is made of. */
import { withoutProxy, type Outgoing } from '../../outgoing/outgoing.ts';
import { createFileCache, noFileCache } from './file-cache.ts';
import { createS3Client, type S3Client } from './s3-client.ts';
import { parseStoreUrl } from './s3-config.ts';
import { S3Error } from './s3-error.ts';
import { createKeySource } from './s3-keys.ts';
import type { VideoStore } from '../video-store.ts';
import { createS3Store } from './s3-store.ts';

export interface OpenS3StoreOptions {
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheDir: string;
  readonly uploadsDir: string;
  /** 0 = nothing is read from this machine, whatever lies there. */
  readonly cacheBytes: number;
  /** Default: without a proxy. */
  readonly outgoing?: Pick<Outgoing, 'connections'>;
  /** For whoever looks at the calls. */
  readonly over?: (client: S3Client) => S3Client;
}

/** @throws InboxError `bad-request` where the address or the keys cannot be used. */
export async function openS3Store(options: OpenS3StoreOptions): Promise<VideoStore> {
  const { url, env, cacheDir, uploadsDir, cacheBytes, outgoing = withoutProxy, over } = options;
  const place = parseStoreUrl(url, env);
  const keys = createKeySource(env);
  // That none are set is told at once; who gives them may be away for now, as the server may.
  await keys.now().catch((error: unknown) => {
    if (!(error instanceof S3Error)) throw error;
  });
  const client = createS3Client({
    place,
    keys,
    dispatcher: outgoing.connections({ connections: 16 }),
    // Apart and without a limit: someone who pauses a film holds its connection, and nothing else may wait for that.
    films: outgoing.connections({}),
  });
  const cache = cacheBytes === 0 ? noFileCache : createFileCache(cacheDir, cacheBytes);
  return createS3Store({ client: over?.(client) ?? client, cache, uploadsDir });
}
