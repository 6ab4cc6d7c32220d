/** A secret from standard input, never from an argument that others see, and not shown while it is typed. */
import { text as readText } from 'node:stream/consumers';
import type { Terminal } from './command.ts';

/** @param question shown to a person at a terminal. @returns without the blanks around it; `''` where nothing was given. */
export async function readSecret(terminal: Terminal, question: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) return (await readText(stdin)).trim();
  terminal.err(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let typed = '';
  try {
    for await (const chunk of stdin as AsyncIterable<string>) {
      for (const key of chunk) {
        if (key === '\r' || key === '\n' || key === '\u0004') return typed.trim();
        if (key === '\u0003') return '';
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed.trim();
  } finally {
    stdin.setRawMode(false);
    stdin.destroy();
  }
}
