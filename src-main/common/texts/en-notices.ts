/** What notices say. */
import { catalog } from './language.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const noticeTexts = catalog('notices', {
  savedTitle: (provider: string): string => `Video saved from ${provider}`,
  savedWithoutPrompt: (taskId: string): string => `Task ${taskId}`,
  failedTitle: (provider: string): string => `${provider} could not make the video`,
  failedWithoutReason: 'The provider gave no reason. Open the task to see what it sent.',
  downloadFailedTitle: (provider: string): string => `A video from ${provider} could not be saved`,
  budgetTitle: 'The budget of this month is spent',
  budgetBody: (spent: number, budget: number): string => `${spent} of ${budget} credits. Nothing stops by itself.`,
  dyingTitle: (count: number, minutes: number): string =>
    count === 1 ? `A link dies in ${minutes} min` : `${count} links die, the first in ${minutes} min`,
  dyingBody: (title: string): string => `Not saved yet: ${title}. Open it to see what it waits for.`,
  tunnelTitle: 'Your callback URL is not reachable',
  tunnelBody: 'Providers cannot call back until it is. Open Video Inbox to see why.',
  storageTitle: 'The library can keep nothing new',
  roomTitle: 'New videos wait for room on the disk',
  digestTitle: 'More from your providers',
  quietTitle: 'While it was quiet',
  digestBody: (saved: number, failed: number): string =>
    [
      ...(saved > 0 ? [plural(saved, 'video saved', 'videos saved')] : []),
      ...(failed > 0 ? [plural(failed, 'problem', 'problems')] : []),
    ].join(', ') + '.',
});
