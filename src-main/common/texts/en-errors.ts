/** What is said of any fault of ours; apart, since the page reads it with its first script. */
import { sentences } from './sentence.ts';

export const enErrors = {
  broken: 'Something in Video Inbox broke. Your videos are safe on disk; the log file has the details.',
};

export const errorTexts = sentences('errors', enErrors);
