/** What a video of a model usually costs, learned from those that came: prices are published in prose, if at all. */
import { createRecentMap } from '../storage/recent-map.ts';

export interface UsualCosts {
  /** @param key of the task: told twice, it counts once. */
  learn(provider: string, model: string | null, key: string, credits: number): void;
  /** Credits; `null` where nothing was seen yet. */
  of(provider: string, model: string | null): number | null;
}

const kept = 31;
/** Bodies name the model, and strangers name what they like. */
const rememberedModels = 1000;

export function createUsualCosts(): UsualCosts {
  const seen = createRecentMap<string, Map<string, number>>(rememberedModels);

  function usual(name: string): number | null {
    const costs = [...(seen.get(name)?.values() ?? [])].sort((a, b) => a - b);
    return costs[Math.floor(costs.length / 2)] ?? null;
  }

  return {
    learn(provider, model, key, credits) {
      if (!(credits > 0)) return;
      const name = `${provider} ${model ?? ''}`;
      const costs = seen.get(name) ?? new Map<string, number>();
      costs.delete(key);
      costs.set(key, credits);
      const oldest = costs.keys().next();
      if (costs.size > kept && oldest.done !== true) costs.delete(oldest.value);
      seen.set(name, costs);
    },
    // Of another model of the same provider it would say nothing.
    of: (provider, model) => usual(`${provider} ${model ?? ''}`),
  };
}
