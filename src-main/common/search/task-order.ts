/** In which order a list stands; shared, so that a page knows when a change moves a row. */
import type { Task, Video } from '../model.ts';
import { providerName } from '../providers/catalog.ts';
import { folded } from './folded.ts';

export const taskOrders = [
  'newest',
  'oldest',
  'largest',
  'longest',
  'expires',
  'title',
  'provider',
  'project',
  'cost',
  'rating',
  'best',
] as const;
export type TaskOrder = (typeof taskOrders)[number];

/** Those by the time of arrival: newcomers have a place at an end, and the list is cut into days. */
export const isByTime = (order: TaskOrder): boolean => order === 'newest' || order === 'oldest';

/** Whatever has this can be ordered: a task as it is kept, or as it is shown. */
type Ordered = Pick<
  Task,
  'title' | 'prompt' | 'taskId' | 'cost' | 'credits' | 'expiresAt' | 'provider' | 'project' | 'rating'
> & {
  readonly videos: readonly (Pick<Video, 'durationSeconds' | 'sizeBytes'> & { readonly state: string })[];
};

type Taken = Pick<Task, 'prompt' | 'sourceUrl' | 'sources' | 'model' | 'provider'>;

/** What tasks are compared by, small: it is kept beside each of a hundred thousand. Numbers stand the largest first, words from A. */
export interface OrderFacts extends OrderFigures {
  /** Takes of one source and one prompt have the same; `null` without a prompt. */
  readonly stack: string | null;
  /** Many callbacks name no model; the provider's name is what a person means by it then. */
  readonly model: string;
}

export interface OrderFigures {
  readonly title: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly cost: number;
  /** Whether anything is known of it. */
  readonly hasCost: boolean;
  /** Milliseconds; those whose links do not die stand last. */
  readonly expires: number;
}

const titleLength = 40;

/** Words as a person looks for them in a list: case and accents make no difference, and 10 stands behind 2. */
export function sortedAs(text: string): string {
  const plain = folded(text);
  // Made for each task that comes: most titles hold no number.
  if (!/\d/.test(plain)) return plain;
  return plain.replaceAll(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, '');
    // A number with more digits is larger; the sign that tells how many is none of a letter.
    return `${String.fromCharCode(0x2f + Math.min(number.length, titleLength))}${number}`;
  });
}

export const orderFactsOf = (task: Ordered & Taken): OrderFacts => ({
  ...orderFiguresOf(task),
  stack: stackOf(task),
  model: task.model ?? providerName(task.provider),
});

export function orderFiguresOf(task: Ordered): OrderFigures {
  const { title, prompt, taskId, videos, cost, credits, expiresAt } = task;
  const spent = cost?.credits ?? cost?.amount ?? credits;
  return {
    title: sortedAs((title ?? prompt ?? taskId).slice(0, titleLength)),
    seconds: videos.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds ?? 0), 0),
    bytes: videos.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    cost: spent ?? 0,
    hasCost: spent !== null,
    expires: expiresAt === null || videos.every(({ state }) => state === 'saved') ? Infinity : Date.parse(expiresAt),
  };
}

/** By the bytes of the sources where they are here, else by their addresses without what is signed anew each time. */
function stackOf({ prompt, sourceUrl, sources = [] }: Taken): string | null {
  const words = prompt?.trim().replace(/\s+/g, ' ').toLowerCase() ?? '';
  if (words === '') return null;
  const from =
    sources.length > 0
      ? sources.map(({ sha256 }) => sha256).sort()
      : sourceUrl === null
        ? []
        : [withoutQuery(sourceUrl)];
  return shortHash([words, ...from].join('\n'));
}

const withoutQuery = (url: string): string => url.split(/[?#]/, 1)[0] ?? '';

/** Twice FNV-1a with other beginnings, 64 bits: it stands for nothing secret, and is kept for each of a hundred thousand. */
function shortHash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(text.length - 1 - at), 0x01000193);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

/** What a change must change to move a row; `null` where only the time of arrival counts. */
export function orderKey(task: Ordered, order: TaskOrder): string | number | null {
  const facts = orderFiguresOf(task);
  switch (order) {
    case 'largest':
      return facts.bytes;
    case 'longest':
      return facts.seconds;
    case 'expires':
      return facts.expires;
    case 'title':
      return facts.title;
    case 'cost':
      return facts.cost;
    case 'provider':
      return providerName(task.provider);
    case 'project':
      return task.project ?? '';
    case 'rating':
      return task.rating ?? 0;
    case 'newest':
    case 'oldest':
    case 'best':
      return null;
  }
}
