import { useMemo } from 'react';
import type { Format } from '../format/format.ts';
import { filmTime } from '../format/format.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import styles from './compare.module.css';
import type { Take } from './use-takes.ts';
import { wordDiff } from './word-diff.ts';

type Field = keyof typeof words.fields;
type Facts = Readonly<Record<Field, string | null>>;

interface DiffersProps {
  readonly left: Take;
  readonly right: Take;
  readonly names: { readonly left: string; readonly right: string };
}

/** Only what is not the same on both sides. */
export function Differs({ left, right, names }: DiffersProps) {
  const { format } = useInbox();
  const [a, b] = [factsOf(left, format), factsOf(right, format)];
  // What a film was made from has no price and no model: that is no difference.
  const isMade = left.source === undefined && right.source === undefined;
  const isKnown = (field: Field) => a[field] !== null && b[field] !== null;
  const fields = (Object.keys(words.fields) as Field[]).filter(
    (field) => a[field] !== b[field] && (isMade || isKnown(field)),
  );
  const [before, after] = [left.task.prompt ?? '', right.task.prompt ?? ''];
  const isSamePrompt = !isMade || before === after;
  // It is drawn anew with each frame that plays.
  const pieces = useMemo(() => (isSamePrompt ? [] : wordDiff(before, after)), [isSamePrompt, before, after]);
  return (
    <section className={styles['differs']}>
      <h2>{words.differs}</h2>
      {isSamePrompt ? null : (
        <>
          <h3 className="visually-hidden">{words.prompt}</h3>
          <p dir="auto">
            {pieces.map(({ text, kind }, i) => {
              const key = `${i} ${kind}`;
              if (kind === 'left') return <del key={key}>{text} </del>;
              if (kind === 'right') return <ins key={key}>{text} </ins>;
              return <span key={key}>{text} </span>;
            })}
          </p>
        </>
      )}
      {fields.length === 0 ? (
        isSamePrompt ? (
          <p className={styles['quiet']}>{words.same}</p>
        ) : null
      ) : (
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{names.left}</th>
              <th scope="col">{names.right}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{words.fields[field]}</th>
                <td>{a[field] ?? <span className={styles['quiet']}>{words.unknown}</span>}</td>
                <td>{b[field] ?? <span className={styles['quiet']}>{words.unknown}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function factsOf({ task, video, source }: Take, format: Format): Facts {
  const isMade = source === undefined;
  return {
    provider: isMade ? providerTitle(task.provider) : null,
    model: isMade ? task.model : null,
    seed: isMade ? (task.seed ?? null) : null,
    length: video.durationSeconds === null ? null : filmTime(video.durationSeconds),
    picture: video.width === null || video.height === null ? null : format.pixels(video.width, video.height),
    rate: video.frameRate === null ? null : format.decimal(video.frameRate),
    size: video.sizeBytes === null ? null : format.size(video.sizeBytes),
    credits: !isMade || task.credits === null ? null : format.decimal(task.credits),
    rating: !isMade || task.rating === undefined ? null : format.number(task.rating),
  };
}
