/** The addresses that a provider is called at: from the rows of the table, and from its own answers. */
import { canParseUrl } from '../../common/can-parse-url.ts';
import { valueAt } from './api-faults.ts';
import type { ProviderApi } from './provider-api.ts';

/** Fills `{name}` from the question, else from the fields of an answer; `null` where one is missing. */
export function fill(template: string, fields: Readonly<Record<string, string>>): string | null {
  const valueOf = (name: string): string | undefined => fields[name === 'path' ? 'id' : name];
  const places = /\{([\w.]+)\}/g;
  // What would lead to another address than the one of a task: of all tasks, or of another one.
  const isMissing = (value: string | undefined): boolean =>
    !value || value.includes('..') || /^[/\s]*$|(?:^|\/)\.(?:\/|$)|\p{Surrogate}/u.test(value);
  if ([...template.matchAll(places)].some(([, name = '']) => isMissing(valueOf(name)))) return null;
  return template.replace(places, (_, name: string) => {
    const value = valueOf(name) ?? '';
    // A model's name and an operation's are paths; everything else is one part of one.
    return name === 'model' || name === 'path'
      ? value.split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(value);
  });
}

/** Where the answer to the first question says that the second one goes. */
export function followUp(
  { template, base, api }: { readonly template: string; readonly base: string; readonly api: ProviderApi },
  asked: { readonly taskId: string; readonly model: string | null },
  body: unknown,
): URL | null {
  const names = [...template.matchAll(/\{([\w.]+)\}/g)].map(([, name = '']) => name);
  const fields: Record<string, string> = { id: asked.taskId, model: asked.model ?? '' };
  for (const name of names) {
    const value = valueAt(body, name);
    if (typeof value === 'string' || typeof value === 'number') fields[name] = String(value);
  }
  if (/^\{\w+\}$/.test(template)) return ownAddress(fields[names[0] ?? ''] ?? '', base, api);
  const path = fill(template, fields);
  return path === null ? null : new URL(base + path);
}

/**
 * An address that came in an answer, where it lies with the provider itself; the key must not go elsewhere. That two hosts
 * end alike says nothing: strangers share `co.uk`, and the domain of a hosting company.
 */
export function ownAddress(address: string, base: string, api: ProviderApi): URL | null {
  if (!canParseUrl(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return null;
  const isRegional =
    api.domain !== undefined &&
    base === api.base &&
    url.protocol === 'https:' &&
    url.port === '' &&
    url.hostname.endsWith(`.${api.domain}`);
  return url.origin === new URL(base).origin || isRegional ? url : null;
}
