import type { BodyView } from './body-view.ts';
import { providerInfo, providers, type ProviderId } from './catalog.ts';
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
 */
export function detectProvider(
  body: BodyView,
  headers: Readonly<Record<string, string>>,
  hint: string | null,
): Detection {
  const hinted = hint === null ? null : providerFromHint(hint);
  if (hinted !== null) return { provider: hinted, certain: true };
  const header = headerRules.find((rule) => isSent(rule, headers));
  if (header?.decides === true) return { provider: header.provider, certain: true };
  const shape = firstShape(body);
  if (header !== undefined && shape?.certain !== true) return { provider: header.provider, certain: true };
  return shape === undefined
    ? { provider: 'unknown', certain: false }
    : { provider: shape.provider, certain: shape.certain };
}

/** `kie-aleph`, `aleph` or `/webhook/aleph-callback`: the longest alias that stands there as whole words. */
function providerFromHint(hint: string): ProviderId | null {
  const exact = providerInfo(hint.trim().toLowerCase());
  if (exact !== null) return exact.id === 'unknown' ? null : exact.id;
  const words = `-${hint
    .slice(0, 512)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')}-`;
  let best: { readonly id: ProviderId; readonly length: number } | null = null;
  for (const { id, aliases } of providers) {
    for (const alias of aliases) {
      if (words.includes(`-${alias}-`) && alias.length > (best?.length ?? 0)) best = { id, length: alias.length };
    }
  }
  return best?.id ?? null;
}

function isSent({ header, starts }: HeaderRule, headers: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(headers, header) ? headers[header] : undefined;
  return value?.startsWith(starts ?? '') ?? false;
}

/** Rules by the names of which one must stand at the root: a body has ten names, and there are a hundred rules. */
const rulesByName: ReadonlyMap<string, readonly number[]> = (() => {
  const found = new Map<string, number[]>();
  for (const [index, { all, any = [] }] of shapes.entries()) {
    for (const test of all.length > 0 ? all.slice(0, 1) : any) {
      const [name = ''] = test.at;
      const indexes = found.get(name) ?? [];
      if (!indexes.includes(index)) found.set(name, [...indexes, index]);
    }
  }
  return found;
})();

function firstShape(body: BodyView): ShapeRule | undefined {
  const candidates: number[] = [];
  for (const name of body.names) {
    const indexes = rulesByName.get(name);
    if (indexes !== undefined) candidates.push(...indexes);
  }
  candidates.sort((a, b) => a - b);
  for (const index of candidates) {
    const rule = shapes[index];
    if (rule !== undefined && fits(rule, body)) return rule;
  }
  return undefined;
}

function fits(rule: ShapeRule, body: BodyView): boolean {
  return (
    rule.all.every((test) => holds(test, body)) &&
    (rule.any === undefined || rule.any.some((test) => holds(test, body)))
  );
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
