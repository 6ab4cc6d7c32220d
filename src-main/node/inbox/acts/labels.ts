/** Tags and projects: which are in use, what they are called, and which colour stands beside them. */
import type { LabelCount, LabelKind, Labels } from '../../../common/contract.ts';
import type { Changed, TagChange } from '../../../common/task-query.ts';
import type { LabelColor } from '../../../common/settings.ts';
import { InboxError } from '../../../common/errors.ts';
import { asKnown, asRenamed } from '../../../common/known-label.ts';
import { foldedName } from '../../../common/search/folded.ts';
import type { TaskTraits } from '../../../common/task-traits.ts';
import type { CallbackUrls } from '../../callbacks/callback-urls.ts';
import { filtered, inTurns } from '../../in-turns.ts';
import type { Library } from '../../projections/library.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { createTurns } from '../../storage/turns.ts';
import type { TaskActs } from './task-acts.ts';

export interface LabelPorts {
  readonly library: Pick<Library, 'glances' | 'labels'>;
  readonly acts: Pick<TaskActs, 'tag' | 'setProject' | 'undo'>;
  readonly settings: Pick<SettingsStore, 'get' | 'update'>;
  readonly urls: Pick<CallbackUrls, 'setProject' | 'list'>;
}

export interface LabelService {
  /** Those in use outside the trash, most used first; those that a search finds together as one. */
  list(): Labels;
  /** The name as one in use is written that a search finds with it. */
  spelledAs(kind: LabelKind, name: string): string;
  /**
   * The same with tags as they are written already. What is taken off goes as it was named, too, since those in the trash
   * are not in use; and what is put on in its place is written as the person writes it.
   */
  spelled(change: TagChange): Required<TagChange>;
  /** @param wished a name that is in use takes them in, however it is written; `null` takes it off all tasks. */
  rename(kind: LabelKind, name: string, wished: string | null): Promise<Changed>;
  color(kind: LabelKind, name: string, color: LabelColor | null): Promise<void>;
  /** As that of the acts; callback URLs that went with a project come back with it. */
  undo(name: string): Promise<Changed>;
}

/** As many as a person takes back. */
const mostUndone = 100;

export function createLabels({ library, acts, settings, urls }: LabelPorts): LabelService {
  const urlsBefore = new Map<
    string,
    { readonly ids: readonly string[]; readonly from: string; readonly to: string | null }
  >();
  const colorOf = (kind: LabelKind, name: string): LabelColor | undefined =>
    settings.get().labels.colors[`${kind}:${name}`];

  const urlsOf = (name: string | null): readonly string[] =>
    urls.list().flatMap(({ id, project }) => (project === name ? [id] : []));

  const takeTurn = createTurns();

  /** One after the other: each sets all colours. */
  function color(kind: LabelKind, name: string, wished: LabelColor | null): Promise<void> {
    return takeTurn(async () => {
      const others = Object.fromEntries(
        Object.entries(settings.get().labels.colors).filter(([label]) => label !== `${kind}:${name}`),
      );
      await settings.update({
        labels: { colors: wished === null ? others : { ...others, [`${kind}:${name}`]: wished } },
      });
    });
  }

  /** Those in use that a search finds with it, itself among them, most used first. */
  function alike(kind: LabelKind, name: string): readonly { readonly name: string }[] {
    const { tags, projects } = library.labels();
    const folded = foldedName(name);
    const isAlike = (other: string): boolean => foldedName(other) === folded;
    const onTasks = mostFirst([...(kind === 'tag' ? tags : projects)].filter(([other]) => isAlike(other)));
    const ofUrls = kind === 'tag' ? [] : urls.list().flatMap(({ project }) => (project === null ? [] : [project]));
    return [...onTasks, ...ofUrls.filter(isAlike).map((project) => ({ name: project }))];
  }

  function spelledAs(kind: LabelKind, name: string): string {
    const { tags, projects } = library.labels();
    return (kind === 'tag' ? tags : projects).has(name) ? name : asKnown(alike(kind, name), name);
  }

  return {
    list() {
      const { tags, projects } = library.labels();
      const withColor = (kind: LabelKind) => (label: LabelCount) => {
        const own = colorOf(kind, label.name);
        return own === undefined ? label : { ...label, color: own };
      };
      return {
        tags: asOne(mostFirst(tags)).map(withColor('tag')),
        projects: asOne(mostFirst(projects)).map(withColor('project')),
      };
    },
    spelledAs,
    spelled({ add = [], remove = [] }) {
      const as = (name: string): string => spelledAs('tag', name);
      const off = new Set([...remove, ...remove.map(as)]);
      const on = add.map((name) => (off.has(as(name)) && !off.has(name) ? name : as(name)));
      return { add: [...new Set(on)], remove: [...off] };
    },
    async rename(kind, name, wished) {
      const to = wished === null ? null : asRenamed(alike(kind, wished), name, wished);
      // Two machines may have made it at once, each in its own way.
      const from = new Set([name, ...alike(kind, name).map((other) => other.name)].filter((each) => each !== to));
      if (from.size === 0) return { keys: [] };
      const has = ({ tags, project }: TaskTraits): boolean =>
        kind === 'tag' ? tags.some((tag) => from.has(tag)) : project !== undefined && from.has(project);
      // First where tasks come in: what comes while those that are here are looked through has the new name already.
      const moved = kind === 'tag' ? [] : [...from].flatMap(urlsOf);
      await urls.setProject(moved, to);
      const keys = (await inTurns(filtered(library.glances(), ({ glance }) => has(glance.head)))).map(({ key }) => key);
      const change =
        kind === 'tag'
          ? () => acts.tag({ keys }, { add: to === null ? [] : [to], remove: [...from] })
          : () => acts.setProject({ keys }, to);
      const changed = keys.length === 0 ? { keys } : await change();
      const own = colorOf(kind, name);
      // The old name keeps its colour: it is there again after an undo.
      if (to !== null && own !== undefined && colorOf(kind, to) === undefined) await color(kind, to, own);
      if (changed.undo !== undefined && moved.length > 0) {
        urlsBefore.set(changed.undo, { ids: moved, from: name, to });
        for (const oldest of [...urlsBefore.keys()].slice(0, -mostUndone)) urlsBefore.delete(oldest);
      }
      return changed;
    },
    color,
    async undo(name) {
      const moved = urlsBefore.get(name);
      const still = new Set(moved === undefined ? [] : urlsOf(moved.to));
      const back = moved?.ids.filter((id) => still.has(id)) ?? [];
      const changed = await acts.undo(name).catch((error: unknown) => {
        if (error instanceof InboxError && error.code === 'conflict' && back.length > 0) return { keys: [] };
        throw error;
      });
      urlsBefore.delete(name);
      if (moved !== undefined && back.length > 0) await urls.setProject(back, moved.from);
      return changed;
    },
  };
}

/** Named as most are written. */
function asOne(labels: readonly LabelCount[]): LabelCount[] {
  const found = new Map<string, LabelCount>();
  for (const label of labels) {
    const folded = foldedName(label.name);
    const first = found.get(folded);
    found.set(folded, first === undefined ? label : { ...first, count: first.count + label.count });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/** "Shot 10" behind "Shot 9". */
const inOrder = new Intl.Collator(undefined, { numeric: true });

function mostFirst(counts: Iterable<readonly [name: string, count: number]>): LabelCount[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || inOrder.compare(a.name, b.name));
}
