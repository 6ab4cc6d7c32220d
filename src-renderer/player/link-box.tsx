import { Copy, FilePlus, Link } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { TextInput } from '../settings/text-input.tsx';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { isComposing } from '../ui/key-of.ts';
import { FilmInput } from './film-input.tsx';
import styles from './link-box.module.css';

interface LinkBoxProps {
  readonly task: TaskView;
  /** 1-based number of the video. */
  readonly n: number;
  readonly url: string;
}

/** A link that gave nothing: to see, to copy, to put another in its place, or to bring the file itself. */
export function LinkBox({ task, n, url }: LinkBoxProps) {
  const { actions, client } = useInbox();
  const { link: words } = texts;
  const [link, setLink] = useState<string | null>(null);
  const [copied, setCopied] = useState<number | null>(null);
  const box = useRef<HTMLElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const paster = useRef<HTMLButtonElement>(null);
  const close = () => {
    setLink(null);
    paster.current?.focus();
  };

  const attach = async (file: File | undefined) => {
    if (file === undefined) return;
    setCopied(0);
    await actions.attempt(() => client.attachFile(task.key, n, file, setCopied), words.attached);
    setCopied(null);
  };

  const drop = useEffectEvent((event: DragEvent) => {
    const files = event.dataTransfer?.files;
    // Several are for the library.
    if (files?.length !== 1 || copied !== null) return;
    event.preventDefault();
    void attach(files[0]);
  });
  useEffect(() => {
    const panel = box.current?.parentElement;
    if (panel === undefined || panel === null) return undefined;
    const listen = (event: DragEvent) => drop(event);
    panel.dataset['attach'] = '';
    panel.addEventListener('drop', listen);
    return () => {
      delete panel.dataset['attach'];
      panel.removeEventListener('drop', listen);
    };
  }, []);

  return (
    <section ref={box} className={styles['box']} aria-label={words.title}>
      <p className={styles['url']}>
        <span dir="ltr" title={url}>
          {url}
        </span>
        <IconButton label={words.copy} onClick={() => void actions.copy(url, words.copied)}>
          <Copy size={15} aria-hidden />
        </IconButton>
      </p>
      {link === null ? null : (
        <form
          className={styles['paste']}
          onSubmit={(event) => {
            event.preventDefault();
            void actions
              .attempt(() => client.call('tasks:newLink', task.key, n, link.trim()), words.fetching)
              .then((taken) => {
                if (taken) close();
              });
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || isComposing(event.nativeEvent)) return;
            event.preventDefault();
            close();
          }}
        >
          <TextInput
            type="url"
            required
            autoFocus
            aria-label={words.newLink}
            placeholder={words.placeholder}
            value={link}
            onText={setLink}
          />
          <Button type="submit">{words.fetch}</Button>
          <Button kind="quiet" onClick={close}>
            {texts.common.cancel}
          </Button>
        </form>
      )}
      <div className={styles['acts']}>
        <Button ref={paster} aria-expanded={link !== null} onClick={() => setLink(link === null ? '' : null)}>
          <Link size={15} aria-hidden />
          {words.paste}
        </Button>
        {/* It stays while a file is on its way: who pressed it is still at it where that fails. */}
        <Button aria-disabled={copied !== null} onClick={() => copied === null && picker.current?.click()}>
          <FilePlus size={15} aria-hidden />
          {words.attach}
        </Button>
        <FilmInput ref={picker} onFile={(file) => void attach(file)} />
      </div>
      <Attaching fraction={copied} />
    </section>
  );
}

function Attaching({ fraction }: { readonly fraction: number | null }) {
  const { format } = useInbox();
  return <p role="status">{fraction === null ? null : texts.link.attaching(format.percent(fraction))}</p>;
}
