/** Opens a log in a process of its own, appends until it is refused or told to stop, and prints what was answered. */
import { openNdjsonLog } from '../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { delivery } from './deliveries.ts';

const [dir = '', name = ''] = process.argv.slice(2);
let isOver = false as boolean;
process.on('message', () => {
  isOver = true;
});
const log = await openNdjsonLog({ dir, log: silentLog, now: () => new Date() });
const answered: string[] = [];
let refusal: unknown = null;
for (let n = 0; !isOver && refusal === null; n += 1) {
  const ids = [`${name}-${String(n)}-a`, `${name}-${String(n)}-b`];
  await log
    .append(
      ids.map((id) => delivery(id)),
      { priority: 'callback' },
    )
    .then(() => {
      answered.push(...ids);
      if (n === 0) process.send?.({ begun: true });
    })
    .catch((error: unknown) => {
      refusal = error instanceof Error ? error.message : 'unknown';
    });
}
process.send?.({ answered, refusal, code: log.health().code });
process.disconnect();
