/** What an order says: its inputs by the form of its model, and whether two say the same. */
import { createHash } from 'node:crypto';
import type { Order, SubmitForm } from '../../common/submit-form.ts';

export function sourceFields(form: SubmitForm | null): readonly string[] {
  return (form?.fields ?? []).filter(({ kind }) => kind === 'video' || kind === 'image').map(({ name }) => name);
}

/** Videos and images that stand under the provider's own names. */
export function sourcesAmong(form: SubmitForm | null, params: Order['params']): readonly string[] {
  return sourceFields(form)
    .flatMap((name) => params[name])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}

/** Veo takes its model among the fields. */
export function withModel(form: SubmitForm, order: Order): Order {
  const isField = form.fields.some(({ name }) => name === 'model');
  return !isField || order.model === null ? order : { ...order, params: { model: order.model, ...order.params } };
}

/** SHA-256 of everything that an order says, whatever order its fields stand in; its id is not part of it. */
export function digestOf({ provider, model, prompt, videos, images, params, project, again }: Order): string {
  const said = [provider, model, prompt, videos, images, inOrder(params), project, again ?? null];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return { fields: fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, inOrder(each)]) };
}
