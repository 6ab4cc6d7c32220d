/** What one order may cost, for whoever orders from the terminal or as an agent. */
import { InboxError } from '../common/errors.ts';
import type { Order } from '../common/submit-form.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import type { LocalClient } from './local-client.ts';

/**
 * What was ordered under that id before is not paid a second time: asking again what came of it fits any budget.
 * @param budget in credits.
 * @param where what the budget was named by.
 * @throws InboxError where it usually costs more, or nobody knows what it costs: nothing is ordered then.
 */
export async function keepToBudget(
  budget: number,
  inbox: LocalClient,
  { provider, model, id }: Pick<Order, 'provider' | 'model' | 'id'>,
  where: string,
): Promise<void> {
  const before = id === undefined ? null : await inbox.call('submissions:get', id);
  // What was refused may not have reached the provider, and is sent now.
  if (before !== null && before.state !== 'refused') return;
  const { usualCredits } = await inbox.call('submissions:outlook', provider, model);
  if (usualCredits === null) throw new InboxError('bad-request', commandTexts.costUnknown(where));
  if (usualCredits > budget) throw new InboxError('bad-request', commandTexts.overBudget(usualCredits, budget, where));
}
