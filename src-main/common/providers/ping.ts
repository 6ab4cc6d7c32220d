/** The events behind a "test webhook" button: no task, so no card. */
import type { BodyView } from './body-view.ts';
import { own, textOf } from './json.ts';

const eventNames = new Set(['type', 'event', 'event_type', 'eventType', 'event_name', 'action', 'topic', 'hook_event']);

/** Names that only a test has; as the kind of a task none of them makes sense. */
const surely =
  /^(?:(?:webhooks?|hook|endpoint|callback|connection|subscription|url|event|integration)_(?:test(?:ing|ed)?|ping|verif(?:y|ication|ied)|check|validation|registered|created|activated|enabled|connected|handshake|health)|(?:test|ping)_(?:webhooks?|hook|endpoint|callback|connection|event|events|notification|message|ping)|ping|pong|heartbeat|health_?check|handshake|hello|url_verification)$/;
/** May also be what a task or its model is called; a word for its state makes a task of it. */
const perhaps = /^(?:test|testing|verify|verification|sample|dummy)$/;
const saysTest =
  /\b(?:test (?:webhook|event|notification|callback|message|payload)|webhook test|this is (?:just |only )?a test)\b/i;

/** `surely` for what only a test is called; `perhaps` where a state word or a film still makes a task of it. */
export function isPing({ root, names }: BodyView, hasTaskId: boolean): 'surely' | 'perhaps' | null {
  let found: 'perhaps' | null = null;
  for (const name of names) {
    const event = eventNames.has(name) ? textOf(root[name], 60) : null;
    if (event === null) continue;
    const word = event.toLowerCase().replace(/[^a-z]+/g, '_');
    if (surely.test(word)) return 'surely';
    if (perhaps.test(word)) found = 'perhaps';
  }
  if (own(root, 'test') === true || own(root, 'is_test') === true || own(root, 'isTest') === true) return 'perhaps';
  // GitHub's manner, which others copied.
  if (own(root, 'zen') !== undefined && own(root, 'hook_id') !== undefined) return 'surely';
  const sentence = found === null && !hasTaskId ? textOf(own(root, 'message') ?? own(root, 'msg'), 200) : null;
  return sentence !== null && saysTest.test(sentence) ? 'perhaps' : found;
}
