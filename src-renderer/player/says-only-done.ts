import { trimmedEnd } from '../../src-main/common/trim.ts';

/** `success`, `ok`, or a sentence like "Modify record generated successfully.": nothing beside that it was done. */
export function saysOnlyDone(message: string): boolean {
  const plain = trimmedEnd(message.trim(), '.! \n');
  return (
    /^(ok|okay|done|success(ful(ly)?)?|succeeded|complete(d)?|finished)$/i.test(plain) ||
    /^[\p{L}\d ]{0,40}\b(generated|created|completed|finished|processed|succeeded) successfully$/iu.test(plain)
  );
}
