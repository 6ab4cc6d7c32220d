/** The events behind a "test webhook" button: no task, so no card. */
import type { BodyView } from './body-view.ts';
import { isRecord, own, textOf } from './json.ts';
import { remembered } from './names.ts';

const eventNames = new Set(
  'type event event_type eventType event_name eventName action topic hook_event Type kind object method'.split(' '),
);
/** Where the name of the event stands at all. */
const testNames = new Set(['ping', 'test_webhook', 'webhook_test', 'testWebhook', 'is_ping']);

/** Names that only a test has; as the kind of a task none of them makes sense. */
const surely =
  /^(?:(?:app|api|account|system|integration)_(?:test|ping)|(?:webhooks?|hook|endpoint|webhook_endpoint|callback|connection|connectivity|subscription|url|event|integration|svix)_(?:test(?:ing|ed)?|ping|verif(?:y|ication|ied)|check|validat(?:ion|ed)|registered|created|activated|enabled|connected|confirm(?:ed|ation)|handshake|health)|(?:test|ping)_(?:webhooks?|hook|endpoint|callback|connection|event|events|notification|message|ping)|ping|pong|heartbeat|keep_?alive|notification_test|health_?check|handshake|hello|url_verification|microsoft_event_grid_subscription_validation_event)$/;
/** May also be what a task or its model is called; a word for its state makes a task of it. */
const perhaps = /^(?:test|testing|verify|verification|sample|dummy)$/;
const saysTest =
  /^(?:ping|test)[.!]?$|\b(?:test (?:webhook|event|notification|callback|message|payload)|webhook test|this is (?:just |only )?a test)\b/i;

/** What an event of that name is; most senders have a few names only. */
const testKind = remembered((event: string): 'surely' | 'perhaps' | null => {
  const word = event
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z]+/g, '_');
  if (surely.test(word)) return 'surely';
  return perhaps.test(word) ? 'perhaps' : null;
});

function eventIn(value: unknown): string | null {
  return textOf(isRecord(value) ? (own(value, 'type') ?? own(value, 'name')) : value, 60);
}

/** `surely` for what only a test is called; `perhaps` where a state word or a film still makes a task of it. */
export function isPing({ root, names, data }: BodyView, hasTaskId: boolean): 'surely' | 'perhaps' | null {
  let found: 'perhaps' | null = null;
  for (const name of names) {
    const event = eventNames.has(name) ? eventIn(root[name]) : null;
    if (event === null) continue;
    const kind = testKind(event);
    if (kind === 'surely') return 'surely';
    found ??= kind;
  }
  if (data !== null && !hasTaskId && testKind(eventIn(data) ?? '') === 'surely') return 'surely';
  if (!hasTaskId && names.some((name) => testNames.has(name))) return 'perhaps';
  if (own(root, 'test') === true || own(root, 'is_test') === true || own(root, 'isTest') === true) return 'perhaps';
  // GitHub's manner, which others copied.
  if (own(root, 'zen') !== undefined && own(root, 'hook_id') !== undefined) return 'surely';
  const sentence =
    found === null && !hasTaskId ? textOf(own(root, 'message') ?? own(root, 'msg') ?? own(root, 'text'), 200) : null;
  return sentence !== null && saysTest.test(sentence) ? 'perhaps' : found;
}
