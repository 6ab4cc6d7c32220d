/** What of an order are inputs, by the form of its model. */
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
