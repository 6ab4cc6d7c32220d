import { useState } from 'react';
import type { Quality } from '../../src-main/common/model.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import asideStyles from './aside.module.css';

const qualities: readonly Quality[] = ['1080p', '4k'];

/** Veo gives larger versions of what it has made; 4K is paid for, so it is asked for once more. */
export function Upgrade({ task, n }: { readonly task: TaskView; readonly n: number }) {
  const { actions, client, format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const [confirming, setConfirming] = useState(false);
  const { upgrade: words } = texts;
  const video = task.videos[n - 1];
  if (task.provider !== 'kie-veo' || task.state !== 'succeeded' || video === undefined) return null;
  if (video.quality !== undefined || task.trashedAt !== null) return null;
  const index = (video.number ?? n) - 1;
  const ask = (quality: Quality) =>
    void actions.attempt(() => client.call('tasks:upgrade', task.key, n, quality), words.done);
  return (
    <section className={asideStyles['actions']} aria-label={texts.player.largerVersions}>
      {qualities.map((quality) => {
        const known = task.upgrades?.find((each) => each.index === index && each.quality === quality);
        if (known?.code === 'made') return null;
        if (known?.code === 'asked') {
          return (
            <p key={quality} role="status">
              {words.asked(quality, format.moment(known.at, present))}
            </p>
          );
        }
        return (
          <div key={quality}>
            {known === undefined ? null : <p>{words.failed(quality)}</p>}
            <Button onClick={() => (quality === '4k' ? setConfirming(true) : ask(quality))}>
              {quality === '4k' ? words.get(quality) : words.getPlain(quality)}
            </Button>
          </div>
        );
      })}
      <Confirm
        open={confirming}
        title={words.title}
        detail={words.detail}
        action={words.act}
        onConfirm={() => ask('4k')}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}
