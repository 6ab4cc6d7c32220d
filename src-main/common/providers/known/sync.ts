import { named, path, provider, shape } from '../provider.ts';

export const sync = provider({
  id: 'sync',
  name: 'sync.so',
  signature: 'sync',
  secretName: 'SYNC',
  aliases: ['sync', 'sync-so', 'synclabs'],
  headers: [
    { header: 'sync-signature', decides: true },
    { header: 'x-signature-primary', decides: false },
  ],
  shapes: [shape([path('id'), path('status'), named('outputUrl')])],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    status: fail ? 'FAILED' : 'COMPLETED',
    outputUrl: fail ? null : video,
    error: fail ? failure : null,
  }),
});
