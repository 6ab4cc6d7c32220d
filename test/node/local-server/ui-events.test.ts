import { expect, it } from 'vitest';
import { createUiEvents } from '../../../src-main/node/local-server/ui-events.ts';

it('a listener that breaks ends nothing, and the others hear of the event', () => {
  const broken: unknown[] = [];
  const events = createUiEvents('run', (name, error) => broken.push([name, error]));
  const heard: string[] = [];
  const error = new Error('a notice that cannot be made');
  events.subscribe(() => {
    throw error;
  });
  events.subscribe(({ id, event }) => heard.push(`${id} ${event.name}`));
  events.publish({ name: 'links:dying', data: { links: [] } });
  expect(heard).toEqual(['run-1 links:dying']);
  expect(broken).toEqual([['links:dying', error]]);
});
