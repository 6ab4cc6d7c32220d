import type { TaskRow } from '../../src-main/common/task-row.ts';
import { cardState } from '../gallery/card-state.ts';
import { failureReason } from '../store/announcer.ts';
import { enCull as words } from '../texts/en-cull.ts';
import { texts } from '../texts/texts.ts';

/** In place of a take of which no film is here: a film that may still come is waited for, none else. */
export function whyNoFilm(task: TaskRow): string {
  switch (cardState(task)) {
    case 'failed':
    case 'download-failed':
    case 'expired':
      return failureReason(task);
    case 'needs-api-key':
      return texts.card.needsApiKey;
    case 'no-video':
      return texts.card.noVideo;
    case 'ready':
    case 'downloading':
    case 'queued':
    case 'waiting':
      return words.noVideo;
  }
}
