import type { BodyView } from './body-view.ts';
import { providerFamily, providerInfo, providers, type ProviderId } from './catalog.ts';
import { isRecord } from './json.ts';
import type { HeaderRule, ShapeTest } from './provider.ts';
import { headerRules, shapes, type ShapeRule } from './shapes.ts';

export interface Detection {
  readonly provider: ProviderId;
  /** False where other providers of the same family send the same shape, and where no rule fits at all. */
  readonly certain: boolean;
}

/**
 * Who sent this: by what the person configured, else by headers that one provider only sends, else by the shape of the
 * body, and by other headers where the shape leaves it open.
 * @param headers Names in lower case.
 * @param hint A provider id, a family (`kie`), or the path that the person configured; `null` where there is none.
 * @param urlName What the person calls the callback URL; counts only where all else leaves it open.
 */
export function detectProvider(
  body: BodyView,
  headers: Readonly<Record<string, string>>,
  hint: string | null,
  urlName: string | null = null,
): Detection {
  const hinted = hint === null ? null : providerFromHint(hint, isAnyAlias);
  if (hinted !== null) return { provider: hinted, certain: true };
  const header = headerRules.find((rule) => isSent(rule, headers));
  if (header?.decides === true) return { provider: header.provider, certain: true };
  const shape = firstShape(body);
  if (header !== undefined && shape?.certain !== true) return { provider: header.provider, certain: true };
  if (shape?.certain !== true) {
    const named = byUrlName(shape, urlName);
    if (named !== null) return named;
  }
  return shape === undefined
    ? { provider: 'unknown', certain: false }
    : { provider: shape.provider, certain: shape.certain };
}

/** For bodies that several providers or none of ours might have sent: the URL's name, where it names one of those. */
function byUrlName(shape: ShapeRule | undefined, urlName: string | null): Detection | null {
  const named = urlName === null ? null : providerFromHint(urlName, isTellingAlias);
  if (named === null) return null;
  if (shape === undefined) return { provider: named, certain: false };
  return providerFamily(shape.provider) === providerFamily(named) ? { provider: named, certain: true } : null;
}

/** Words that a person may well use without meaning the provider. */
const ordinaryWords = new Set(['market', 'modify', 'sync', 'google', 'wan', 'atlas', 'ark']);
const isAnyAlias = (): boolean => true;
const isTellingAlias = (alias: string): boolean => !ordinaryWords.has(alias);

/** `kie-aleph`, `aleph` or `/webhook/aleph-callback`: the longest alias that stands there as whole words. */
function providerFromHint(hint: string, counts: (alias: string) => boolean): ProviderId | null {
  const exact = providerInfo(hint.trim().toLowerCase());
  if (exact !== null && counts(exact.id)) return exact.id === 'unknown' ? null : exact.id;
  const words = `-${hint
    .slice(0, 512)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')}-`;
  let best: { readonly id: ProviderId; readonly length: number } | null = null;
  for (const { id, aliases } of providers) {
    for (const alias of aliases) {
      if (counts(alias) && words.includes(`-${alias}-`) && alias.length > (best?.length ?? 0))
        best = { id, length: alias.length };
    }
  }
  return best?.id ?? null;
}

function isSent({ header, starts }: HeaderRule, headers: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(headers, header) ? headers[header] : undefined;
  return value?.startsWith(starts ?? '') ?? false;
}

/** In nearly every body, so that they tell little. */
const commonNames = new Set('id status state data code task_id taskId type model'.split(' '));

interface RuleIndex {
  readonly byName: Map<string, number[]>;
  /** By names inside `data`. */
  readonly byDataName: Map<string, number[]>;
}

/** Rules by a name that must stand in the body for them to hold: a body has ten names, and there are a hundred rules. */
const ruleIndex: RuleIndex = (() => {
  const index: RuleIndex = { byName: new Map(), byDataName: new Map() };
  for (const [rank, rule] of shapes.entries()) {
    for (const { at } of tellingTests(rule)) {
      const [outer = '', inner] = at;
      const [map, name] = outer === 'data' && inner !== undefined ? [index.byDataName, inner] : [index.byName, outer];
      const ranks = map.get(name) ?? [];
      if (!ranks.includes(rank)) map.set(name, [...ranks, rank]);
    }
  }
  return index;
})();

/** Of the tests that must all hold the rarest; else those of which one must hold. */
function tellingTests({ all, any }: ShapeRule): readonly ShapeTest[] {
  const isTelling = ({ at: [outer = '', inner = ''] }: ShapeTest): boolean =>
    outer === 'data' ? inner !== '' && !commonNames.has(inner) : !commonNames.has(outer);
  const telling = all.find(isTelling);
  if (telling !== undefined) return [telling];
  if (any?.every(isTelling) === true) return any;
  return all.length > 0 ? all.slice(0, 1) : (any ?? []);
}

function firstShape(body: BodyView): ShapeRule | undefined {
  const lists: (readonly number[])[] = [];
  for (const name of body.names) {
    const ranks = ruleIndex.byName.get(name);
    if (ranks !== undefined) lists.push(ranks);
  }
  for (const name of body.dataNames) {
    const ranks = ruleIndex.byDataName.get(name);
    if (ranks !== undefined) lists.push(ranks);
  }
  for (let rank = nextRank(lists, -1); rank !== Infinity; rank = nextRank(lists, rank)) {
    const rule = shapes[rank];
    if (rule !== undefined && fits(rule, body)) return rule;
  }
  return undefined;
}

/** Of lists that ascend. */
function nextRank(lists: readonly (readonly number[])[], after: number): number {
  let next = Infinity;
  for (const list of lists) {
    for (const rank of list) {
      if (rank <= after) continue;
      if (rank < next) next = rank;
      break;
    }
  }
  return next;
}

function fits({ all, any, none }: ShapeRule, body: BodyView): boolean {
  for (const test of all) if (!holds(test, body)) return false;
  if (none?.some((test) => holds(test, body)) === true) return false;
  if (any === undefined) return true;
  for (const test of any) if (holds(test, body)) return true;
  return false;
}

function holds(test: ShapeTest, body: BodyView): boolean {
  const value = body.at(test.at);
  switch (test.is) {
    case 'text':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'record':
      return isRecord(value);
    case 'null':
      return value === null;
    case 'named':
      return value !== undefined;
    case undefined:
      break;
  }
  if (test.oneOf !== undefined) return test.oneOf.includes(wordOf(value));
  if (test.starts !== undefined) return typeof value === 'string' && value.startsWith(test.starts);
  return value !== undefined && value !== null && value !== '';
}

function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100).toLowerCase() : '';
}
