import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { LabelDot } from '../gallery/label-dot.tsx';
import { useInbox } from '../inbox.ts';
import { formatRoute, startList } from '../router/route.ts';
import { labelSearch } from '../store/label-text.ts';
import { useStore } from '../store/use-store.ts';
import { enLabels } from '../texts/en-labels.ts';
import { texts } from '../texts/texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { fewFirst } from './few-first.ts';
import { LabelsDialog } from './lazy-parts.ts';
import { type OnNavigate, RailLink } from './rail-link.tsx';
import styles from './rail.module.css';

/** Projects, and the way to where they and tags are named. */
export function Projects({ onNavigate }: OnNavigate) {
  const { router, labels, format } = useInbox();
  const { projects, tags } = useStore(labels, (value) => value);
  const [editing, setEditing] = useState(false);
  const [showsAll, setShowsAll] = useState(false);
  const text = useStore(router, ({ screen, list }) => (screen === undefined ? list.text : null));
  const isAt = (name: string) => text === labelSearch('project', name);
  const shown = showsAll ? projects : fewFirst(projects, ({ name }) => isAt(name));
  return (
    <>
      {projects.length + tags.length === 0 ? null : (
        <>
          <div className={styles['headed']}>
            <h2 className={styles['heading']}>{projects.length === 0 ? enLabels.title : texts.labels.projects}</h2>
            <IconButton label={enLabels.edit} onClick={() => setEditing(true)}>
              <Pencil size={13} aria-hidden />
            </IconButton>
          </div>
          <ul>
            {shown.map(({ name, count }) => (
              <RailLink
                key={name}
                dot={<LabelDot kind="project" name={name} always />}
                name={name}
                count={count}
                href={formatRoute({ list: { ...startList, text: labelSearch('project', name) }, taskKey: null })}
                current={isAt(name)}
                onNavigate={onNavigate}
              />
            ))}
          </ul>
          {shown.length === projects.length && !showsAll ? null : (
            <button
              type="button"
              className={styles['more']}
              aria-expanded={showsAll}
              onClick={() => setShowsAll(!showsAll)}
            >
              {showsAll ? enLabels.fewer : enLabels.all(format.number(projects.length))}
            </button>
          )}
        </>
      )}
      <LabelsDialog open={editing} onClose={() => setEditing(false)} />
    </>
  );
}
