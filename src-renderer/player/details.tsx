import { seenDeadAt } from '../../src-main/common/link-death.ts';
import type { TaskView, VideoView } from '../../src-main/common/task-view.ts';
import { codecName, filmLength, type Format } from '../format/format.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import asideStyles from './aside.module.css';
import styles from './details.module.css';
import { fileName } from './paths.ts';

interface Fact {
  readonly name: string;
  readonly value: string | null;
  readonly mono?: boolean;
}

export function Details({ task, n }: { readonly task: TaskView; readonly n: number }) {
  const { client, format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const { details } = texts;
  const video = task.videos[n - 1];
  const sizeBytes = video?.sizeBytes ?? null;
  const facts: readonly Fact[] = [
    { name: details.video, value: video === undefined ? null : picture(video, format) },
    { name: details.sound, value: video?.audioCodec ? codecName(video.audioCodec) : null },
    { name: details.size, value: sizeBytes === null ? null : format.size(sizeBytes) },
    { name: details.file, value: video?.path ?? null, mono: true },
    { name: details.taskId, value: task.taskId, mono: true },
    { name: details.provider, value: providerTitle(task.provider) },
    { name: details.model, value: task.model },
    { name: details.seed, value: task.seed ?? null, mono: true },
    { name: details.trust, value: `${texts.trust[task.trust].name}: ${texts.trust[task.trust].meaning}` },
    { name: details.received, value: format.dateAndTime(task.receivedAt) },
    { name: details.deliveries, value: task.deliveries > 1 ? format.number(task.deliveries) : null },
    {
      name: details.cost,
      value: task.credits === null ? null : details.credits(task.credits, format.decimal(task.credits)),
    },
    { name: details.link, value: link(task, format, present) },
    { name: details.source, value: task.sourceUrl, mono: true },
  ];
  const sources = task.sources ?? [];
  return (
    <section>
      <h2 className={asideStyles['heading']}>{details.title}</h2>
      <dl className={styles['list']}>
        {facts.map(({ name, value, mono = false }) =>
          value === null || value === '' ? null : (
            <div key={name} className={styles['row']}>
              <dt>{name}</dt>
              {mono ? (
                <dd className={styles['mono']}>
                  <bdi dir="ltr">{value}</bdi>
                </dd>
              ) : (
                <dd>{value}</dd>
              )}
            </div>
          ),
        )}
        {sources.length === 0 ? null : (
          <div className={styles['row']}>
            <dt>{details.kept}</dt>
            <dd className={styles['mono']}>
              {sources.map(({ path, sizeBytes }, index) => (
                <a key={path} href={client.sourceUrl(task.key, index + 1)} target="_blank" rel="noreferrer">
                  {fileName(path)}, {format.size(sizeBytes)}
                </a>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function picture(video: VideoView, format: Format): string | null {
  const parts = [
    video.width === null || video.height === null ? null : format.pixels(video.width, video.height),
    video.frameRate === null ? null : texts.details.frameRate(format.decimal(video.frameRate)),
    video.videoCodec === null ? null : codecName(video.videoCodec),
    video.durationSeconds === null ? null : filmLength(video.durationSeconds),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(texts.common.separator);
}

function link(task: TaskView, format: Format, now: number): string | null {
  if (task.expiresAt === null || task.videos.length === 0) return null;
  const { details } = texts;
  const left = Date.parse(task.expiresAt) - now;
  const saved = task.videos.every(({ state }) => state === 'saved');
  const missing = task.videos.filter(({ state }) => state !== 'saved');
  if (!saved && missing.every((video) => seenDeadAt(video) !== null)) return details.linkDied;
  // Of what was given up for another reason nobody knows how its link is.
  if (!saved && missing.every(({ state }) => state === 'failed')) return null;
  if (left <= 0) return saved ? details.linkDiedSaved : details.linkDied;
  return (saved ? details.linkDiesSaved : details.linkDies)(format.span(left));
}
