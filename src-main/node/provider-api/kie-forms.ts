/**
 * Forms of kie.ai's four documented APIs, as their pages describe them; the fifth, Market, has a schema per model.
 * Sources: docs.kie.ai, "generate" pages of runway-api (with Aleph), luma-api, veo3-api.
 */
import type { FormField, SubmitForm } from '../../common/submit-form.ts';

const mib = 1024 * 1024;

const prompt = (maxLength?: number): FormField => ({
  name: 'prompt',
  kind: 'text',
  isRequired: true,
  ...(maxLength === undefined ? {} : { maxLength }),
});
const choice = (name: string, ...choices: (string | number)[]): FormField => ({
  name,
  kind: 'choice',
  isRequired: false,
  choices,
});
const text = (name: string): FormField => ({ name, kind: 'text', isRequired: false });
const integer = (name: string, min: number, max: number): FormField => ({
  name,
  kind: 'integer',
  isRequired: false,
  min,
  max,
});
const toggle = (name: string): FormField => ({ name, kind: 'switch', isRequired: false });

const common = { model: null, from: 'documents', price: null } as const;

export const kieForms: readonly SubmitForm[] = [
  {
    ...common,
    provider: 'kie-aleph',
    title: 'Runway Aleph',
    fields: [
      prompt(),
      // Only the first 5 s are used.
      { name: 'videoUrl', kind: 'video', isRequired: true, maxBytes: 10 * mib, usedSeconds: 5 },
      choice('aspectRatio', '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'),
      integer('seed', 0, 4_294_967_295),
      { name: 'referenceImage', kind: 'image', isRequired: false },
      text('waterMark'),
      toggle('uploadCn'),
    ],
  },
  {
    ...common,
    provider: 'kie-luma',
    title: 'Luma Modify',
    fields: [
      prompt(),
      { name: 'videoUrl', kind: 'video', isRequired: true, maxBytes: 500 * mib, maxSeconds: 10 },
      text('watermark'),
    ],
  },
  {
    ...common,
    provider: 'kie-runway',
    title: 'Runway',
    fields: [
      prompt(1800),
      choice('duration', 5, 10),
      choice('quality', '720p', '1080p'),
      choice('aspectRatio', '16:9', '9:16', '4:3', '3:4', '1:1'),
      { name: 'imageUrl', kind: 'image', isRequired: false },
      text('waterMark'),
      // Goes on where that video ends.
      text('taskId'),
    ],
  },
  {
    ...common,
    provider: 'kie-veo',
    title: 'Veo',
    fields: [
      prompt(),
      choice('model', 'veo3', 'veo3_fast', 'veo3_lite'),
      { name: 'imageUrls', kind: 'image', isRequired: false, isList: true },
      text('generationType'),
      choice('aspect_ratio', '16:9', '9:16', 'Auto'),
      choice('resolution', '720p', '1080p', '4k'),
      choice('duration', 4, 6, 8),
      integer('seeds', 10_000, 99_999),
      text('watermark'),
      toggle('enableTranslation'),
      text('taskId'),
    ],
  },
];
