import { limitPatch, limitValue, readLimit } from '../../src-main/common/limits.ts';
import { limits, type Limit } from '../../src-main/common/settings.ts';
import { InboxError } from '../../src-main/common/errors.ts';
import { inARow } from '../../src-main/common/texts/amounts.ts';
import { asTold } from '../../src-main/common/texts/sentence.ts';
import { enLimits as words } from '../../src-main/common/texts/en-limits.ts';
import { useInbox } from '../inbox.ts';
import { Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import { TextEntry } from './text-entry.tsx';

/** What may arrive and what may be fetched: numbers that nearly nobody has to change. */
export function LimitsSection() {
  return (
    <Section name="limits" title={words.title} intro={words.intro}>
      {limits.map((limit) => (
        <LimitEntry key={limit.name} limit={limit} />
      ))}
    </Section>
  );
}

function LimitEntry({ limit }: { readonly limit: Limit }) {
  const { view, update } = useSettings();
  const { format } = useInbox();
  const { name, usual, unit } = limit;
  const value = limitValue(view.values, limit);
  const told = usual === null ? words.usualEmpty : words.usual(format.number(usual), words.units[unit]);
  return (
    <TextEntry
      label={`${words.names[name]} (${words.units[unit]})`}
      hint={usual === null ? words.hints[name] : inARow(words.hints[name], told)}
      placeholder={usual === null ? words.empty : String(usual)}
      value={value === null ? '' : String(value)}
      onStore={async (text) => {
        const read = readLimit(limit, text, (number) => format.number(number));
        if ('problem' in read) throw new InboxError('bad-request', asTold(read.problem));
        await update(limitPatch(limit, read.value));
      }}
    />
  );
}
