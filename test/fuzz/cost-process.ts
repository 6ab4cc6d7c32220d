/** Reads what a stranger sends in a process of its own, so that a reader that hangs can be ended, and tells the processor time. */
import { readTasks } from '../support/read-tasks.ts';
import { createRedactor } from '../../src-main/common/redact.ts';
import { openBody } from '../../src-main/node/callbacks/body/open-body.ts';
import { keptBody, withoutSecrets } from '../../src-main/node/callbacks/kept-body.ts';
import { callbackInQuery } from '../../src-main/node/callbacks/query-callback.ts';
import { providerApis } from '../../src-main/node/provider-api/api-table.ts';
import { readRecord } from '../../src-main/node/provider-api/read-record.ts';
import { sentOf, type Sent, type Shape } from './hostile-shapes.ts';

const limitBytes = 4 * 1024 * 1024;
const redactor = createRedactor(['sk-a-key-of-somebody', 'with "signs" \\ in it', 'f00dfeedf00dfeedf00dfeed']);
const [someApi] = providerApis;

export interface CostAnswer {
  readonly cpuMs: number;
  readonly bytes: number;
}

process.on('message', ({ shape, size }: { readonly shape: Shape; readonly size: number }) => {
  const sent = sentOf(shape, size);
  const before = process.cpuUsage();
  void read(sent).then(() => {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuMs: (user + system) / 1000, bytes: sent.text.length } satisfies CostAnswer);
  });
});

/** All that is done with a callback until it goes into the log. */
async function read({ text, headers }: Sent): Promise<void> {
  const opened = await openBody(Buffer.from(text), headers, limitBytes);
  callbackInQuery(text.slice(0, 16_000));
  redactor.headers(headers);
  if ('problem' in opened) return;
  keptBody(opened.keptBytes, opened.text, opened.isWhole, redactor);
  if (!('value' in opened.read)) return;
  const { value } = opened.read;
  for (const reading of readTasks({ body: value, headers, providerHint: null })) {
    if (reading.kind === 'result') withoutSecrets(reading.result, redactor);
  }
  if (someApi !== undefined) readRecord(someApi, 't1', value);
}
