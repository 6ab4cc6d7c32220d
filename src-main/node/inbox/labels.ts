import type { LabelCount, Labels } from '../../common/contract.ts';
import type { TaskHead } from '../../common/task-traits.ts';

/** The tags and projects in use outside the trash, most used first. */
export function labelsOf(heads: readonly TaskHead[]): Labels {
  const tags = new Map<string, number>();
  const projects = new Map<string, number>();
  for (const { trashedAt, tags: own, project } of heads) {
    if (trashedAt !== null) continue;
    for (const tag of own) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    if (project !== undefined) projects.set(project, (projects.get(project) ?? 0) + 1);
  }
  return { tags: mostFirst(tags), projects: mostFirst(projects) };
}

function mostFirst(counts: ReadonlyMap<string, number>): LabelCount[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}
