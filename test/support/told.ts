/** What the reader says of a body as it came, for tests of kinds of bodies. */
import { readCallbackText } from '../../src-main/common/body/callback-body.ts';
import type { Reading } from '../../src-main/common/providers/reading.ts';
import { readTasks } from './read-tasks.ts';

/** The first task's id, what it says, and who sent it. @param body A text as it is; all else as JSON. */
export function told(body: unknown, type = 'application/json') {
  return toldOfEach(body, type)[0] ?? { kind: 'nothing' };
}

/** The same of each task of the body. */
export function toldOfEach(body: unknown, type = 'application/json') {
  const text = readCallbackText(typeof body === 'string' ? body : JSON.stringify(body), type);
  if (!('value' in text)) return [{ kind: text.problem }];
  return readTasks({ body: text.value, headers: {}, providerHint: null }).map(whatItSays);
}

function whatItSays(reading: Reading) {
  if (reading.kind !== 'result') return { kind: reading.kind };
  const { taskId: id, provider, result } = reading;
  const { state, message, prompt, videoUrls: films, thumbnailUrl: poster } = result;
  return { id, provider, state, message, prompt, films, poster };
}
