import { InboxError } from '../../common/errors.ts';
import { labelLimit, tagsInText } from '../../common/tags-in-text.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

const options = {
  add: { type: 'string', multiple: true },
  remove: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

/** Puts tags on tasks and takes them off; the tags that a task had besides stay. */
export const runTag: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, options, ['TASK_ID…']);
  // As in the page, where a comma stands between two; one that holds a comma all the same can still be taken off.
  const removed = flags.texts('remove').flatMap((text) => [...tagsInText(text), text.trim()]);
  const change = {
    add: [...new Set(flags.texts('add').flatMap(tagsInText))],
    remove: [...new Set(removed)].filter((tag) => tag !== '' && tag.length <= labelLimit),
  };
  if (change.add.length + change.remove.length === 0) {
    throw new InboxError('bad-request', commandTexts.tagWhat);
  }
  const inbox = await needLocal(flags.dataDir);
  const keys: string[] = [];
  for (const id of flags.positionals) {
    const task = await inbox.call('tasks:get', id);
    if (task === null) {
      throw new InboxError('not-found', commandTexts.notTagged(id));
    }
    keys.push(task.key);
  }
  const changed = await inbox.call('tasks:tag', keys, change);
  terminal.out(
    flags.isSet('json')
      ? JSON.stringify(changed)
      : terminalTexts.tagged(terminalTexts.counts.tasks(changed.keys.length)),
  );
  return 0;
};
