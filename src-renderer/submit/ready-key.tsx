import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { Call } from '../client/renderer-client.ts';
import { useAsked } from '../settings/use-asked.ts';
import { enSubmit } from '../texts/en-submit.ts';
import { KeyEntry } from './key-entry.tsx';

const ask = (call: Call) => call('providers:list');
const isNews = ({ name }: PageEvent): boolean => name === 'settings:changed' || name === 'resync';

/** A video that is ready and only given out for a key: the field for it; with the key it is fetched by itself. */
export function ReadyKey({ task }: { readonly task: TaskView }) {
  const { value, reload } = useAsked(ask, isNews);
  const provider = value?.find((each) => each.provider === task.provider);
  if (provider === undefined) return null;
  if (provider.hasKey) return <p role="status">{enSubmit.key.fetching}</p>;
  return <KeyEntry keyName={provider.keyName} hint={enSubmit.key.fetched} onSaved={reload} />;
}
