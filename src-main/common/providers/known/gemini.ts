import { pathOf } from '../path.ts';
import { day, path, provider, shape, starts } from '../provider.ts';

/** `files/ab12`, bare or at its address; what lies elsewhere (`gs://`, a stranger's host) has no such name. */
const file =
  /^(?:https:\/\/generativelanguage\.googleapis\.com\/(?:download\/)?v1(?:alpha|beta)?\/)?(files\/[a-z\d-]{1,64})(?::download)?(?:\?alt=media)?$/i;

/** ai.google.dev/gemini-api/docs/webhooks: the body names a file, and the file answers to the key only. */
export const gemini = provider({
  id: 'gemini',
  name: 'Gemini',
  expiresAfterSeconds: 2 * day,
  signature: 'gemini',
  secretName: 'GEMINI',
  keepsResult: true,
  linksNeedKey: true,
  keyedFile: {
    at: [pathOf('data.output_file_uri'), pathOf('data.file_name')],
    nameIn: (said) => file.exec(said)?.[1] ?? null,
  },
  aliases: ['gemini', 'google'],
  shapes: [
    shape(
      [path('data.id')],
      [starts('type', 'video.generated'), starts('type', 'interaction.'), starts('type', 'batch.')],
    ),
    shape([path('data.output_file_uri')]),
    shape([], [path('response.generateVideoResponse'), path('metadata.generateVideoMetadata')]),
  ],
  sample: ({ taskId, fail, failure }) => ({
    type: fail ? 'interaction.failed' : 'video.generated',
    version: 'v1',
    timestamp: '2026-01-01T00:00:00Z',
    data: fail
      ? { id: taskId, error_code: 'SAFETY', error_message: failure }
      : {
          id: taskId,
          output_file_uri: `https://generativelanguage.googleapis.com/v1beta/files/${taskId}`,
          file_name: `files/${taskId}`,
        },
  }),
});
