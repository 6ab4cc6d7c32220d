import { providerName } from '../../src-main/common/providers/catalog.ts';
import type { Format } from '../format/format.ts';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import styles from './compare.module.css';
import type { Take } from './use-takes.ts';
import { wordDiff } from './word-diff.ts';

type Field = keyof typeof words.fields;

/** Only what is not the same on both sides. */
export function Differs({ left, right }: { readonly left: Take; readonly right: Take }) {
  const { format } = useInbox();
  const [a, b] = [factsOf(left, format), factsOf(right, format)];
  const fields = (Object.keys(words.fields) as Field[]).filter((field) => a[field] !== b[field]);
  const prompts = [left.task.prompt ?? '', right.task.prompt ?? ''] as const;
  const isSamePrompt = prompts[0] === prompts[1];
  return (
    <aside className={styles['differs']} aria-label={words.differs} tabIndex={0}>
      <h2>{words.differs}</h2>
      {fields.length === 0 && isSamePrompt ? <p>{words.same}</p> : null}
      <dl>
        {fields.map((field) => (
          <div key={field}>
            <dt>{words.fields[field]}</dt>
            <dd>
              <del>{a[field] ?? words.unknown}</del> <ins>{b[field] ?? words.unknown}</ins>
            </dd>
          </div>
        ))}
      </dl>
      {isSamePrompt ? null : (
        <>
          <h3>{words.prompt}</h3>
          <p dir="auto">
            {wordDiff(...prompts).map(({ text, kind }, i) => {
              const key = `${i} ${kind}`;
              if (kind === 'left') return <del key={key}>{text} </del>;
              if (kind === 'right') return <ins key={key}>{text} </ins>;
              return <span key={key}>{text} </span>;
            })}
          </p>
        </>
      )}
    </aside>
  );
}

function factsOf({ task, video }: Take, format: Format): Record<Field, string | null> {
  return {
    provider: providerName(task.provider),
    model: task.model,
    length: video.durationSeconds === null ? null : filmTime(video.durationSeconds),
    picture: video.width === null || video.height === null ? null : format.pixels(video.width, video.height),
    rate: video.frameRate === null ? null : format.decimal(video.frameRate),
    size: video.sizeBytes === null ? null : format.size(video.sizeBytes),
    credits: task.credits === null ? null : format.decimal(task.credits),
    rating: task.rating === undefined ? null : format.number(task.rating),
  };
}
