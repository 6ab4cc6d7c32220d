/** Tags and projects: which are in use, what they are called, and which colour stands beside them. */
import type { LabelCount, LabelKind, Labels } from '../../common/contract.ts';
import type { Changed, TagChange } from '../../common/task-query.ts';
import type { LabelColor } from '../../common/settings.ts';
import { InboxError } from '../../common/errors.ts';
import { asKnown, asRenamed } from '../../common/known-label.ts';
import type { TaskTraits } from '../../common/task-traits.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import { filtered, inTurns, type InTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import type { KeyedGlance } from '../projections/task-entry.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createTurns } from '../storage/turns.ts';
import type { TaskActs } from './task-acts.ts';

export interface LabelPorts {
  readonly library: Pick<Library, 'glances'>;
  readonly acts: Pick<TaskActs, 'tag' | 'setProject' | 'undo'>;
  readonly settings: Pick<SettingsStore, 'get' | 'update'>;
  readonly urls: Pick<CallbackUrls, 'setProject' | 'list'>;
}

export interface LabelService {
  list(): Promise<Labels>;
  /**
   * How those in use are written: gives each name as such a one is, where only capitals differ.
   * @param names which alone will be asked for; where all of them are in use as they are, few tasks are looked at
   */
  spelling(kind: LabelKind, names?: readonly string[]): Promise<(name: string) => string>;
  /**
   * The same with tags as they are written already. What is taken off goes as it was named, too, since those in the trash
   * are not in use; and what is put on in its place is written as the person writes it.
   */
  spelled(change: TagChange): Promise<TagChange>;
  /** @param wished a name that is in use takes them in, whatever its capitals; `null` takes it off all tasks. */
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

  async function inUse(kind: LabelKind): Promise<readonly { readonly name: string }[]> {
    const { tags, projects } = await inTurns(labelsOf(library.glances()));
    const ofUrls = urls.list().flatMap(({ project }) => (project === null ? [] : [{ name: project }]));
    return kind === 'tag' ? tags : [...projects, ...ofUrls];
  }

  async function spelling(kind: LabelKind, names?: readonly string[]): Promise<(name: string) => string> {
    if (names !== undefined && areOnNewest(library.glances(), kind, names)) return (name) => name;
    const known = await inUse(kind);
    return (name) => asKnown(known, name);
  }

  return {
    async list() {
      const { tags, projects } = await inTurns(labelsOf(library.glances()));
      const withColor = (kind: LabelKind) => (label: LabelCount) => {
        const own = colorOf(kind, label.name);
        return own === undefined ? label : { ...label, color: own };
      };
      return { tags: tags.map(withColor('tag')), projects: projects.map(withColor('project')) };
    },
    spelling,
    async spelled({ add = [], remove = [] }) {
      const as = await spelling('tag', [...add, ...remove]);
      const off = new Set([...remove, ...remove.map(as)]);
      const on = add.map((name) => (off.has(as(name)) && !off.has(name) ? name : as(name)));
      return { add: [...new Set(on)], remove: [...off] };
    },
    async rename(kind, name, wished) {
      const to = wished === null ? null : asRenamed(await inUse(kind), name, wished);
      if (name === to) return { keys: [] };
      const has = ({ tags, project }: TaskTraits): boolean => (kind === 'tag' ? tags.includes(name) : project === name);
      // First where tasks come in: what comes while those that are here are looked through has the new name already.
      const moved = kind === 'tag' ? [] : urlsOf(name);
      await urls.setProject(moved, to);
      const keys = (await inTurns(filtered(library.glances(), ({ glance }) => has(glance.head)))).map(({ key }) => key);
      const change =
        kind === 'tag'
          ? () => acts.tag({ keys }, { add: to === null ? [] : [to], remove: [name] })
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

const glancesBetweenLooks = 512;

/** The tags and projects in use outside the trash, most used first. */
function* labelsOf(glances: readonly KeyedGlance[]): InTurns<Labels> {
  const tags = new Map<string, number>();
  const projects = new Map<string, number>();
  for (const [at, { glance }] of glances.entries()) {
    if (at % glancesBetweenLooks === 0) yield;
    const { trashedAt, tags: own, project } = glance.head;
    if (trashedAt !== null) continue;
    for (const tag of own) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    if (project !== undefined) projects.set(project, (projects.get(project) ?? 0) + 1);
  }
  return { tags: mostFirst(tags), projects: mostFirst(projects) };
}

/** So many tasks are looked at in a fraction of a millisecond. */
const newestTasks = 2_000;

/** Whether the newest tasks have all of these names, written so: what a person or a script puts on one task after the other. */
function areOnNewest(glances: readonly KeyedGlance[], kind: LabelKind, names: readonly string[]): boolean {
  const missing = new Set(names);
  for (const { glance } of glances.slice(-newestTasks)) {
    const { trashedAt, tags, project } = glance.head;
    if (trashedAt !== null) continue;
    for (const name of kind === 'tag' ? tags : [project]) if (name !== undefined) missing.delete(name);
    if (missing.size === 0) return true;
  }
  return missing.size === 0;
}

/** "Shot 10" behind "Shot 9". */
const inOrder = new Intl.Collator(undefined, { numeric: true });

function mostFirst(counts: ReadonlyMap<string, number>): LabelCount[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || inOrder.compare(a.name, b.name));
}
