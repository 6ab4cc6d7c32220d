import { type RefObject, useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { isCovered, isTyping } from '../shell/use-global-keys.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { isComposing, keyOf } from '../ui/key-of.ts';
import { filterSettings } from './filter-settings.ts';
import styles from './settings.module.css';
import { TextInput } from './text-input.tsx';

const fieldId = 'settings-search';
const words = settingsTexts.screen;

/** Leaves of the settings what has all the words that are written here; Escape shows all again. */
export function SettingsSearch({ content }: { readonly content: RefObject<HTMLElement | null> }) {
  const { router } = useInbox();
  const route = useStore(router, (value) => value);
  const [from, setFrom] = useState(route);
  const [text, setText] = useState('');
  const [found, setFound] = useState(1);
  // Whoever asks for a section is to see it.
  if (route !== from) {
    setFrom(route);
    setText('');
  }
  useEffect(() => {
    const root = content.current;
    if (root === null) return undefined;
    const look = () => setFound(filterSettings(root, text));
    // At once, before a section that was asked for takes the focus.
    if (text === '') filterSettings(root, text);
    const frame = requestAnimationFrame(look);
    // Parts of it come later, or change their words.
    const observer = new MutationObserver(look);
    observer.observe(root, { childList: true, characterData: true, subtree: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [content, text]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isCovered() || isTyping(event.target) || event.altKey) return;
      const isFind = (event.ctrlKey || event.metaKey) && keyOf(event).toLowerCase() === 'f';
      if (!isFind && (keyOf(event) !== '/' || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      document.getElementById(fieldId)?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div role="search" className={styles['search']}>
      <TextInput
        id={fieldId}
        type="search"
        aria-label={words.search}
        aria-keyshortcuts="/"
        placeholder={words.search}
        value={text}
        onText={setText}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || isComposing(event.nativeEvent)) return;
          event.preventDefault();
          if (text === '') event.currentTarget.blur();
          else setText('');
        }}
      />
      <p role="status">{text !== '' && found === 0 ? words.nothingFound : null}</p>
    </div>
  );
}
