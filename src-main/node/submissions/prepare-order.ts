/** An order before it is sent: whether it can be, what is wrong with it, and its files where the provider can fetch them. */
import { InboxError } from '../../common/errors.ts';
import {
  checkInput,
  inputOf,
  type Order,
  type OrderProblem,
  saidTwice,
  type SourceFacts,
  type SubmitForm,
  withoutPlace,
} from '../../common/submit-form.ts';
import { providerTextsEn } from '../../common/texts/en-providers.ts';
import type { Log } from '../log/log.ts';
import { ApiFault, keyNameOf } from '../provider-api/provider-api.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import { sourceFields, sourcesAmong, withModel } from './order-input.ts';
import type { Sources } from './sources.ts';

export interface PreparingPorts {
  readonly client: Pick<ProviderClient, 'api' | 'hasKey'>;
  readonly form: (provider: string, model: string | null) => Promise<SubmitForm>;
  readonly sources: Sources;
  readonly log: Log;
}

export interface Checked {
  /** `null` where nobody knows it: the provider's usual names are tried. */
  readonly form: SubmitForm | null;
  readonly problems: readonly OrderProblem[];
}

export interface Preparing {
  /** @throws InboxError where it cannot be ordered at all: no such API, no key, no model. */
  checked(order: Order): Promise<Checked>;
  /** The order with addresses in place of files. @throws InboxError where one cannot be brought there. */
  publish(order: Order, form: SubmitForm | null): Promise<Order>;
}

export function createPreparing({ client, form: formOf, sources: files, log }: PreparingPorts): Preparing {
  function need(order: Order): void {
    const api = client.api(order.provider);
    if (api?.create === undefined) {
      throw new InboxError('bad-request', providerTextsEn.cannotSubmit(order.provider));
    }
    if (!client.hasKey(order.provider)) {
      throw new InboxError('unavailable', providerTextsEn.noKey(order.provider, keyNameOf(api.account)));
    }
    if (api.create.needsModel && (order.model === null || order.model === '')) {
      throw new InboxError('bad-request', providerTextsEn.needsModel(order.provider));
    }
  }

  async function measured(order: Order, form: SubmitForm | null): Promise<(source: string) => SourceFacts | null> {
    const facts = new Map<string, SourceFacts | null>();
    for (const source of new Set([...order.videos, ...order.images, ...sourcesAmong(form, order.params)]))
      facts.set(source, await files.facts(source));
    return (source) => facts.get(source) ?? null;
  }

  async function checked(order: Order): Promise<Checked> {
    need(order);
    // A catalogue that does not answer is no reason to send nothing: the provider checks as well.
    const form = await formOf(order.provider, order.model).catch((error: unknown) => {
      log.warn({ error, provider: order.provider }, 'the form of a model could not be had');
      return null;
    });
    const facts = await measured(order, form);
    if (form === null || form.from === 'raw') return { form: null, problems: [] };
    const problems = checkInput(form, inputOf(form, withModel(form, order)), facts);
    return { form, problems: [...withoutPlace(form, order), ...saidTwice(form, order), ...problems] };
  }

  async function publish(order: Order, form: SubmitForm | null): Promise<Order> {
    const one = (source: string): Promise<string> => files.publish(order.provider, source);
    const all = (sources: readonly string[]): Promise<readonly string[]> => Promise.all(sources.map(one));
    try {
      const [videos, images] = await Promise.all([all(order.videos), all(order.images)]);
      const addresses = new Map<string, string>();
      for (const source of new Set(sourcesAmong(form, order.params))) addresses.set(source, await one(source));
      const published = (value: unknown): unknown =>
        Array.isArray(value)
          ? value.map(published)
          : typeof value === 'string'
            ? (addresses.get(value) ?? value)
            : value;
      const fields = sourceFields(form).filter((name) => Object.hasOwn(order.params, name));
      const params = Object.fromEntries(fields.map((name) => [name, published(order.params[name])]));
      return { ...order, videos, images, params: { ...order.params, ...params } };
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      throw new InboxError('unavailable', providerTextsEn.uploadFailed(providerTextsEn.fault(error.code, error.said)), {
        cause: error,
      });
    }
  }

  return { checked, publish };
}
