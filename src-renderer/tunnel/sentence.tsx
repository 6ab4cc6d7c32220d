import { settingsTexts } from '../texts/texts.ts';
import styles from './sentence.module.css';

/** Addresses that our own sentences name without `https://`. */
const address = /\b((?:dashboard\.)?ngrok\.com\/[\w/-]*\w)/;

/** A sentence of the core, with the pages that it names as links. */
export function Sentence({ text }: { readonly text: string }) {
  return text
    .split(address)
    .map((part, i) => (i % 2 === 0 ? part : <OutsideLink key={part} href={`https://${part}`} text={part} />));
}

/** Opens in a tab of its own; in the desktop app in the browser, if the shell's list of sites allows it. */
export function OutsideLink({ href, text }: { readonly href: string; readonly text: string }) {
  return (
    <a className={styles['link']} href={href} target="_blank" rel="noreferrer">
      {text}
      <span className="visually-hidden"> ({settingsTexts.steps.opensOutside})</span>
    </a>
  );
}
